import { errorName } from "../../tables/errors.ts";
import { FindCoordinator } from "../../wire/kafka/messages/index.ts";
import type { Session } from "./session.ts";

/** As clients do before anything else of a group; the first one makes the broker create the offsets topic. */
export function findCoordinator(session: Session, group: string): Promise<string> {
  return session.scene.retry(session.random, async () => {
    const response = await session.call(FindCoordinator, { key: group, coordinatorKeys: [group] });
    const error = errorName((response.coordinators[0] ?? response).errorCode);
    session.scene.sometimes(`find coordinator answered ${error}`);
    return error === "NONE" ? error : undefined;
  });
}
