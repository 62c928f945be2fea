/** What a configuration belongs to; the numbers are Kafka's, on the wire and in the metadata log. */
export const RESOURCE_TYPE = {
  topic: 2,
  broker: 4,
  brokerLogger: 8,
  clientMetrics: 16,
  group: 32,
} as const;

/** A broker resource with this name stands for all brokers. */
export const ALL_BROKERS = "";

export interface ConfigResource {
  readonly type: number;
  readonly name: string;
}

/** One text per resource, to key a map. */
export function resourceKey(resource: ConfigResource): string {
  return `${resource.type}:${resource.name}`;
}
