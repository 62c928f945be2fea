/** What the test server holds at most; each is a flag of `millrace test-server`. */
export interface Limits {
  readonly brokersMax: number;
  readonly bodyBytesMax: number;
  readonly answerBytesMax: number;
  readonly faultsMax: number;
  readonly snapshotsMax: number;
  readonly processedMax: number;
  readonly connectionsMax: number;
  readonly waitMsMax: number;
}

interface Limit {
  readonly name: keyof Limits;
  readonly flag: string;
  readonly defaultValue: number;
  readonly text: string;
}

const MIB = 1024 * 1024;

export const limits: readonly Limit[] = [
  { name: "brokersMax", flag: "--brokers-max", defaultValue: 64, text: "brokers at once" },
  { name: "bodyBytesMax", flag: "--body-bytes-max", defaultValue: MIB, text: "bytes of a request's body" },
  {
    name: "answerBytesMax",
    flag: "--answer-bytes-max",
    defaultValue: 32 * MIB,
    text: "bytes of keys, values and bodies in one answer; what is left out is said",
  },
  { name: "faultsMax", flag: "--faults-max", defaultValue: 1000, text: "faults of a broker between resets" },
  { name: "snapshotsMax", flag: "--snapshots-max", defaultValue: 32, text: "snapshots of a broker" },
  {
    name: "processedMax",
    flag: "--processed-max",
    defaultValue: 100_000,
    text: "records noted as processed of a broker between resets",
  },
  {
    name: "connectionsMax",
    flag: "--connections-max",
    defaultValue: 256,
    text: "connections to the control",
  },
  {
    name: "waitMsMax",
    flag: "--wait-ms-max",
    defaultValue: 600_000,
    text: "milliseconds that a wait may last",
  },
];

export const defaultLimits = Object.fromEntries(
  limits.map(({ name, defaultValue }) => [name, defaultValue]),
) as unknown as Limits;
