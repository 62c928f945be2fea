import type { Uuid } from "../../base/uuid.ts";

/** `meta.properties`: whose directory this is. */
export interface MetaProperties {
  readonly clusterId: string;
  readonly nodeId: number;
  readonly directoryId: Uuid;
}

/** Lines of `key=value`; comments and blank lines are skipped. */
export function parseProperties(bytes: Buffer): Map<string, string> {
  const properties = new Map<string, string>();
  for (const line of bytes.toString("utf8").split(/\r?\n/)) {
    const equals = line.indexOf("=");
    if (equals < 0 || /^\s*[#!]/.test(line)) continue;
    properties.set(
      line.slice(0, equals).trim(),
      line
        .slice(equals + 1)
        .trim()
        .replaceAll("\\", ""),
    );
  }
  return properties;
}

export function encodeMetaProperties(meta: MetaProperties): Buffer {
  const lines = [
    `cluster.id=${meta.clusterId}`,
    `directory.id=${meta.directoryId}`,
    `node.id=${meta.nodeId}`,
    "version=1",
  ];
  return Buffer.from(`#\n${lines.join("\n")}\n`);
}

/** `directoryId` is null where an older broker wrote none; null altogether when the file says too little. */
export function decodeMetaProperties(
  bytes: Buffer,
): (Omit<MetaProperties, "directoryId"> & { readonly directoryId: Uuid | null }) | null {
  const properties = parseProperties(bytes);
  const clusterId = properties.get("cluster.id");
  const nodeId = properties.get("node.id") ?? properties.get("broker.id");
  if (clusterId === undefined || nodeId === undefined || !/^\d+$/.test(nodeId)) return null;
  return { clusterId, nodeId: Number(nodeId), directoryId: properties.get("directory.id") ?? null };
}

export function encodePartitionMetadata(topicId: Uuid): Buffer {
  return Buffer.from(`version: 0\ntopic_id: ${topicId}`);
}

/** Null when the file does not name a topic id. */
export function decodePartitionMetadata(bytes: Buffer): Uuid | null {
  const match = /^topic_id:\s*([A-Za-z0-9_-]{22})\s*$/m.exec(bytes.toString("utf8"));
  return match?.[1] ?? null;
}

export function encodeCleanShutdown(brokerEpoch: number): Buffer {
  return Buffer.from(JSON.stringify({ version: 0, brokerEpoch }));
}

/** The broker epoch in a clean-shutdown marker; -1 when it has none. */
export function decodeCleanShutdown(bytes: Buffer): number {
  const match = /"brokerEpoch"\s*:\s*(-?\d+)/.exec(bytes.toString("utf8"));
  return match === null ? -1 : Number(match[1]);
}
