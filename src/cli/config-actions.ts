import type { ConfigResource } from "../client/admin/admin-configs.ts";
import { printDone, printRows } from "./output.ts";
import { keyValues, UsageError } from "./usage.ts";
import { withAdmin, type ClusterOptions } from "./with-cluster.ts";

/** `topic:NAME`, `broker:ID`, `group:NAME` or `brokers`. */
function parseResource(text: string): ConfigResource {
  if (text === "brokers") return { kind: "broker", name: "" };
  const match = /^(topic|broker|group):(.+)$/.exec(text);
  if (match === null) {
    throw new UsageError(`Expected topic:NAME, broker:ID, group:NAME or brokers, got "${text}"`);
  }
  const [, kind, name] = match as unknown as [string, ConfigResource["kind"], string];
  if (kind === "broker" && !/^\d+$/.test(name)) throw new UsageError(`A broker has a number, not "${name}"`);
  return { kind, name };
}

export interface DescribeConfigOptions extends ClusterOptions {
  readonly changed?: boolean;
  readonly docs?: boolean;
}

export async function describeConfig(text: string, options: DescribeConfigOptions): Promise<void> {
  const resource = parseResource(text);
  const documentation = options.docs ?? false;
  const entries = await withAdmin(
    options,
    async (admin) => await admin.describeConfigs([resource], { documentation }),
  );
  const rows = entries
    .flat()
    .filter(({ source }) => options.changed !== true || source !== "default")
    .map((entry) => ({
      key: entry.name,
      value: entry.value,
      source: entry.source,
      ...(documentation && { documentation: entry.documentation }),
    }));
  await printRows(
    options.format,
    ["key", "value", "source", ...(documentation ? ["documentation"] : [])],
    rows,
  );
}

export async function setConfig(
  text: string,
  pairs: readonly string[],
  options: ClusterOptions,
): Promise<void> {
  const resource = parseResource(text);
  const changes = keyValues(pairs);
  await withAdmin(options, async (admin) => await admin.alterConfigs([{ ...resource, changes }]));
  await printDone(options.format, `Set ${pairs.join(", ")} for ${text}`, { resource: text, ...changes });
}

export async function unsetConfig(
  text: string,
  keys: readonly string[],
  options: ClusterOptions,
): Promise<void> {
  const resource = parseResource(text);
  const changes = Object.fromEntries(keys.map((key) => [key, null]));
  await withAdmin(options, async (admin) => await admin.alterConfigs([{ ...resource, changes }]));
  await printDone(options.format, `Unset ${keys.join(", ")} for ${text}`, { resource: text, unset: keys });
}
