/** What is asked of every client, in the order of the scoreboard's rows. */
export const features = [
  ["produce-none", "produce, uncompressed"],
  ["produce-gzip", "produce, gzip"],
  ["produce-snappy", "produce, snappy"],
  ["produce-lz4", "produce, lz4"],
  ["produce-zstd", "produce, zstd"],
  ["acks-0", "acks 0"],
  ["acks-1", "acks 1"],
  ["acks-all", "acks all"],
  ["idempotent", "idempotent producer"],
  ["consume-beginning", "consume from the beginning"],
  ["consume-end", "consume from the end"],
  ["consume-offset", "consume from an offset"],
  ["consume-timestamp", "consume from a time"],
  ["group-commit", "a group resumes where it committed"],
  ["group-rebalance", "three members share, one leaves, two go on"],
  ["static-members", "a static member restarts without a rebalance"],
  ["admin-topics", "create, list, describe, delete topics"],
  ["admin-partitions", "add partitions"],
  ["admin-configs", "describe and alter configs"],
  ["admin-offsets", "list offsets"],
  ["admin-delete-records", "delete records"],
  ["admin-groups", "list, describe, delete groups"],
  ["admin-group-offsets", "reset and read a group's offsets"],
  ["admin-cluster", "describe the cluster"],
] as const;

export type Feature = (typeof features)[number][0];

export const codecs = ["none", "gzip", "snappy", "lz4", "zstd"] as const;
export type Codec = (typeof codecs)[number];
