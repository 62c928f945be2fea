/** A difference from Apache Kafka that is meant to be there. */
export interface AcceptedDifference {
  /** Matches "SECTION: TITLE". */
  readonly where: RegExp;
  /** Matches "Api vN"; default: every request. */
  readonly api?: RegExp;
  /** Matches the place in the answer; default: the whole of it. */
  readonly path?: RegExp;
  /** What the two values must be, where the place alone does not say it. */
  readonly values?: (kafka: unknown, millrace: unknown) => boolean;
  readonly reason: string;
}

const LATER_KEYS = "2[4-8]|6[89]|7[6-9]|8[3-9]|9[0-2]";

export const acceptedDifferences: readonly AcceptedDifference[] = [
  {
    where: /./,
    path: /errorMessage$/,
    values: (kafka, millrace) => (kafka === null || kafka === "") && millrace === "<text>",
    reason: "Millrace says why it refuses where Kafka says nothing.",
  },
  {
    where: /^api-versions: /,
    path: new RegExp(`^apiKeys\\.(${LATER_KEYS})$`),
    reason:
      "Transactions, the newer group protocol, share groups and streams groups are not there yet: not advertised.",
  },
  {
    where: /^api-versions: /,
    path: /^(finalizedFeatures|supportedFeatures)\.(group|share|streams|transaction)\.version/,
    reason: "The features of what is not there yet are not offered.",
  },
  {
    where: /^api-versions: /,
    path: /^(finalizedFeatures|supportedFeatures)\.kraft\.version/,
    reason:
      "Millrace's quorum can always change its voters (kraft.version 1); the reference node's voters are fixed.",
  },
  {
    where: /^produce: null record set/,
    reason:
      "Kafka never answers a null record set, and the connection hangs; Millrace answers INVALID_RECORD.",
  },
  {
    where: /^produce: (gzip|lz4|snappy|zstd|codec)/,
    path: /errorCode$/,
    values: (kafka, millrace) => kafka === -1 && (millrace === 2 || millrace === 87),
    reason:
      "Kafka answers UNKNOWN_SERVER_ERROR to records that it can't unpack, which clients take for a fault of the broker; Millrace names the batch as corrupt or invalid.",
  },
  {
    where: /^(fetch|list-offsets): /,
    path: /records\.isCut$/,
    values: (kafka, millrace) => kafka === true && millrace === false,
    reason:
      "Kafka fills a fetch up with the start of a batch that does not fit; Millrace sends whole batches only.",
  },
  {
    where: /^list-offsets: max timestamp after deleting all/,
    reason: "Kafka still names the last record after all are deleted; Millrace names none.",
  },
  {
    where: /^metadata: (neither id nor name|v10 with an id)/,
    path: /^(brokers\.0|clusterId|controllerId)$/,
    reason: "Kafka leaves out the cluster when it refuses a topic id; Millrace names it in every answer.",
  },
  {
    where: /^configs: /,
    path: /configs\.millrace\./,
    reason: "Keys of Millrace's own.",
  },
  {
    where: /^not-yet: a quota/,
    reason: "Quotas are not there yet: they are listed as none and setting one is refused.",
  },
  {
    where: /^not-yet: the quorum/,
    path: /replicaDirectoryId$|^nodes/,
    reason:
      "Millrace's quorum is known by directory ids, and serves controllers and brokers through one listener.",
  },
];
