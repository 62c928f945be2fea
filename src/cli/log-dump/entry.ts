/** One thing that a file holds: an index entry, a batch, a record, a line. In the order to be shown. */
export type Entry = Readonly<Record<string, unknown>>;
