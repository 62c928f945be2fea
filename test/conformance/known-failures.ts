/** Cases that fail and are known to: "CLIENT / CASE" and why. They do not fail the run; a passing one does. */
export const knownFailures: Readonly<Record<string, string>> = {};
