/*
 * npm run confluent: builds Confluent's JavaScript client into `.cache/`, for the bench and the tests with foreign
 * clients, which skip it otherwise. Nothing is built where there is no compiler.
 */
import { buildConfluent } from "../test/support/confluent.ts";
import { Unavailable } from "../test/support/rdkafka.ts";

const startedAtMs = performance.now();
try {
  await buildConfluent();
  const seconds = Math.round((performance.now() - startedAtMs) / 1_000);
  process.stdout.write(`Confluent's client is there (${seconds} s)\n`);
} catch (error) {
  // A machine without a compiler skips what needs this; whatever else goes wrong is wrong.
  if (!(error instanceof Unavailable)) throw error;
  process.stdout.write(`skipped: ${error.message}\n`);
}
