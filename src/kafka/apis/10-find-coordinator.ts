import type { Broker } from "../../broker/broker.ts";
import type { SocketAddress } from "../../ports/network.ts";
import { errorCode, errorText, type ErrorName } from "../../tables/errors.ts";
import { FindCoordinator } from "../../wire/kafka/messages/10-find-coordinator.ts";
import type { ResponseInput } from "../../wire/kafka/schema.ts";
import { kafkaApi, type RequestContext } from "../kafka-api.ts";

/*
 * FindCoordinator (10), versions 0 to 6; one key up to v3, many from v4. Key types: 0 is a group, 1 a transactional
 * id, 2 (v6) a partition of a share group.
 *
 * There are no transactions yet: a transactional id is sent to this broker, which refuses it at InitProducerId with a
 * clear error, where a client would wait for a coordinator that never comes. There are no share groups either.
 */

type Coordinator = NonNullable<ResponseInput<typeof FindCoordinator>["coordinators"]>[number];

const MANY_KEYS_SINCE = 4;
const GROUP = 0;
const TRANSACTION = 1;
const SHARE = 2;

export const findCoordinator = kafkaApi(FindCoordinator, async (broker, request, context) => {
  const { keyType } = request;
  const keys = context.apiVersion < MANY_KEYS_SINCE ? [request.key] : request.coordinatorKeys;
  const coordinators = await Promise.all(keys.map((key) => locate(broker, { key, keyType }, context)));
  if (context.apiVersion >= MANY_KEYS_SINCE) return { coordinators };
  const [only] = coordinators;
  // The old layout has a text also where nothing is wrong.
  return only!.errorCode === 0 ? { ...only!, errorMessage: "NONE" } : only!;
});

interface Lookup {
  readonly key: string;
  readonly keyType: number;
}

async function locate(
  broker: Broker,
  { key, keyType }: Lookup,
  context: RequestContext,
): Promise<Coordinator> {
  if (keyType === SHARE) return { ...refused(key, "INVALID_REQUEST"), errorMessage: "" };
  if (keyType !== GROUP && keyType !== TRANSACTION) return refused(key, "INVALID_REQUEST");
  if (keyType === TRANSACTION) return found(key, broker.nodeId, addressOf(broker, broker.nodeId, context));
  const location = await broker.groups.locate(key);
  if ("error" in location) return refused(key, location.error);
  return found(key, location.nodeId, addressOf(broker, location.nodeId, context));
}

function addressOf(broker: Broker, nodeId: number, { localAddress }: RequestContext): SocketAddress {
  return broker.advertisedAddress(nodeId, localAddress);
}

function found(key: string, nodeId: number, { host, port }: SocketAddress): Coordinator {
  return { key, nodeId, host, port, errorCode: 0, errorMessage: "" };
}

function refused(key: string, error: ErrorName): Coordinator {
  return { key, nodeId: -1, host: "", port: -1, errorCode: errorCode(error), errorMessage: errorText(error) };
}
