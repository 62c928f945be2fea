/** The topics in which a broker keeps state of its own. */
export const OFFSETS_TOPIC = "__consumer_offsets";
export const TRANSACTION_STATE_TOPIC = "__transaction_state";
export const SHARE_STATE_TOPIC = "__share_group_state";

const LENGTH_MAX = 249;

/** What is wrong with a topic's name, as a sentence; null when nothing is. */
export function topicNameFault(name: string): string | null {
  if (name === "") return "The topic name is empty";
  if (name === "." || name === "..") return 'The topic name must not be "." or ".."';
  if (name.length > LENGTH_MAX) return `The topic name has more than ${LENGTH_MAX} characters`;
  if (!/^[a-zA-Z0-9._-]+$/.test(name)) {
    return `The topic name "${name}" has characters other than letters, digits, ".", "_" and "-"`;
  }
  return null;
}

/** Names that are equal after this clash in metric names, so only one of them may exist. */
export function collisionForm(name: string): string {
  return name.replaceAll(".", "_");
}

export function mayCollide(name: string): boolean {
  return name.includes(".") || name.includes("_");
}

/** Topics of the broker itself, flagged in Metadata. */
export function isInternalTopic(name: string): boolean {
  return name === OFFSETS_TOPIC || name === TRANSACTION_STATE_TOPIC || name === SHARE_STATE_TOPIC;
}
