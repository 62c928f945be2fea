import type { Message } from "../../wire/kafka/schema.ts";

export interface ApiVersionRange {
  readonly apiKey: number;
  readonly minVersion: number;
  readonly maxVersion: number;
}

/** Bounds that a caller sets to what it understands: a field that a version lacks is dropped without a word. */
export interface VersionBounds {
  readonly versionMin?: number;
  readonly versionMax?: number;
}

/** Which versions of which APIs a broker has, and so which of them to use. */
export class ApiVersionTable {
  private readonly ranges: ReadonlyMap<number, ApiVersionRange>;

  constructor(ranges: readonly ApiVersionRange[]) {
    this.ranges = new Map(ranges.map((range) => [range.apiKey, range]));
  }

  /** The newest version that both sides and the caller have; null when there is none. */
  commonVersion(api: Message, { versionMin = 0, versionMax = Infinity }: VersionBounds = {}): number | null {
    const theirs = this.ranges.get(api.key);
    if (theirs === undefined) return null;
    const version = Math.min(theirs.maxVersion, api.versions[1], versionMax);
    return version >= Math.max(theirs.minVersion, api.versions[0], versionMin) ? version : null;
  }

  /** Why there is no common version, as the end of a sentence about the broker. */
  mismatch(api: Message, { versionMin = 0, versionMax = Infinity }: VersionBounds = {}): string {
    const theirs = this.ranges.get(api.key);
    if (theirs === undefined) return `does not have ${api.name}`;
    const first = Math.max(api.versions[0], versionMin);
    const last = Math.min(api.versions[1], versionMax);
    return (
      `has ${api.name} in versions ${theirs.minVersion} to ${theirs.maxVersion}, ` +
      `and this client needs one of ${first} to ${last}`
    );
  }
}
