/** The items that are there more than once. */
export function repeated<Item>(items: Iterable<Item>): Set<Item> {
  const seen = new Set<Item>();
  const twice = new Set<Item>();
  for (const item of items) {
    if (seen.has(item)) twice.add(item);
    seen.add(item);
  }
  return twice;
}
