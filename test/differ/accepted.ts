/** A difference from Apache Kafka that is meant to be there. */
export interface AcceptedDifference {
  /** Matches "SECTION: TITLE". */
  readonly where: RegExp;
  /** Matches "Api vN"; default: every request. */
  readonly api?: RegExp;
  /** Matches the place in the answer; default: the whole of it. */
  readonly path?: RegExp;
  readonly reason: string;
}

export const acceptedDifferences: readonly AcceptedDifference[] = [
  {
    where: /^produce: null record set/,
    reason:
      "Kafka never answers a null record set and its connection hangs; Millrace answers INVALID_RECORD.",
  },
];
