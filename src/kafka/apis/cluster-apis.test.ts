import assert from "node:assert/strict";
import test from "node:test";
import { BrokerEdge } from "../../../test/support/broker-edge.ts";
import { ZERO_UUID } from "../../base/uuid.ts";
import { errorName } from "../../tables/errors.ts";
import {
  AlterReplicaLogDirs,
  AlterUserScramCredentials,
  ConsumerGroupHeartbeat,
  CreateAcls,
  CreateDelegationToken,
  DeleteAcls,
  DescribeAcls,
  DescribeClientQuotas,
  DescribeCluster,
  DescribeDelegationToken,
  DescribeLogDirs,
  DescribeProducers,
  DescribeQuorum,
  DescribeTransactions,
  DescribeUserScramCredentials,
  GetTelemetrySubscriptions,
  ListConfigResources,
  ListPartitionReassignments,
  ListTransactions,
  PushTelemetry,
  UnregisterBroker,
  UpdateFeatures,
} from "../../wire/kafka/messages/index.ts";

async function edgeWithTopic(): Promise<BrokerEdge> {
  const edge = await BrokerEdge.start();
  await edge.createTopic("t", 2);
  return edge;
}

function errorsOf(results: readonly { readonly errorCode: number }[]): string[] {
  return results.map(({ errorCode }) => errorName(errorCode));
}

test("the cluster is described to those who ask for brokers, and to nobody else here", async () => {
  const edge = await BrokerEdge.start();
  const describe = async (version: number, endpointType: number) => {
    const body = { includeClusterAuthorizedOperations: false, endpointType };
    const answer = await edge.call(DescribeCluster, version, body);
    const { errorCode, brokers, controllerId, clusterId } = answer;
    return [errorName(errorCode), brokers.length, controllerId, clusterId !== "", answer.endpointType];
  };
  for (const version of [0, 1, 2]) assert.deepEqual(await describe(version, 1), ["NONE", 1, 1, true, 1]);
  assert.deepEqual(await describe(1, 2), ["MISMATCHED_ENDPOINT_TYPE", 0, -1, false, 1]);
  for (const type of [0, 3]) {
    assert.deepEqual(await describe(1, type), ["UNSUPPORTED_ENDPOINT_TYPE", 0, -1, false, 1]);
  }
});

test("a broker that is not registered, or that still runs, can't be unregistered", async () => {
  const edge = await BrokerEdge.start();
  const answers = [7, 1].map((brokerId) => edge.call(UnregisterBroker, 0, { brokerId }));
  assert.deepEqual(errorsOf(await Promise.all(answers)), ["BROKER_ID_NOT_REGISTERED", "INVALID_REQUEST"]);
});

test("a feature level that is not there is the answer for the whole request", async () => {
  const edge = await BrokerEdge.start();
  const update = async (feature: string, maxVersionLevel: number, upgradeType = 1) => {
    const featureUpdates = [{ feature, maxVersionLevel, upgradeType }];
    const answer = await edge.call(UpdateFeatures, 1, { featureUpdates, validateOnly: true });
    return [errorName(answer.errorCode), answer.results.length];
  };
  const refused = ["INVALID_UPDATE_VERSION", 0];
  assert.deepEqual(await update("no.such.feature", 1), refused);
  assert.deepEqual(await update("metadata.version", 99), refused);
  for (const upgradeType of [1, 2])
    assert.deepEqual(await update("metadata.version", 20, upgradeType), refused);
  assert.deepEqual(await update("metadata.version", 7, 3), refused);
  assert.deepEqual(await update("metadata.version", 30, 0), refused);
  assert.deepEqual(await update("metadata.version", 30), ["NONE", 1]);
  assert.deepEqual(await update("eligible.leader.replicas.version", 0, 2), ["NONE", 1]);
  const none = await edge.call(UpdateFeatures, 2, { featureUpdates: [] });
  assert.equal(errorName(none.errorCode), "NONE");
});

test("the quorum is one voter that has everything", async () => {
  const edge = await BrokerEdge.start();
  const describe = async (topicName: string) => {
    const topics = [{ topicName, partitions: [{ partitionIndex: 0 }] }];
    return edge.call(DescribeQuorum, 2, { topics });
  };
  const answer = await describe("__cluster_metadata");
  const [partition] = answer.topics[0]!.partitions;
  assert.deepEqual([partition!.leaderId, partition!.leaderEpoch, partition!.observers], [1, 1, []]);
  assert.deepEqual(
    partition!.currentVoters.map(({ replicaId, logEndOffset }) => [replicaId, logEndOffset]),
    [[1, partition!.highWatermark]],
  );
  assert.equal(answer.nodes.length, 1);
  const other = await describe("t");
  assert.deepEqual(errorsOf(other.topics[0]!.partitions), ["UNKNOWN_TOPIC_OR_PARTITION"]);
});

test("log directories show the partitions that were asked for", async () => {
  const edge = await edgeWithTopic();
  const describe = async (topics: { topic: string; partitions: number[] }[] | null) => {
    const { errorCode, results } = await edge.call(DescribeLogDirs, 5, { topics });
    const partitions = results[0]!.topics.map((topic) => [topic.name, topic.partitions.length]);
    return [errorName(errorCode), results.length, partitions];
  };
  assert.deepEqual(await describe(null), ["NONE", 1, [["t", 2]]]);
  assert.deepEqual(await describe([{ topic: "t", partitions: [1] }]), ["NONE", 1, [["t", 1]]]);
  assert.deepEqual(await describe([{ topic: "nope", partitions: [0] }]), ["NONE", 1, []]);
  assert.deepEqual(await describe([]), ["NONE", 1, []]);
});

test("a replica can be asked to be where it is, and nowhere else", async () => {
  const edge = await edgeWithTopic();
  const move = async (path: string) => {
    const dirs = [{ path, topics: [{ name: "t", partitions: [0] }] }];
    const { results } = await edge.call(AlterReplicaLogDirs, 2, { dirs });
    return errorsOf(results[0]!.partitions);
  };
  assert.deepEqual(await move("/nope"), ["LOG_DIR_NOT_FOUND"]);
  assert.deepEqual(await move("data"), ["LOG_DIR_NOT_FOUND"]);
  assert.deepEqual(await move("/data"), ["NONE"]);
});

test("no reassignment is listed where nothing moves", async () => {
  const edge = await edgeWithTopic();
  for (const topics of [null, [{ name: "nope", partitionIndexes: [0] }]]) {
    const answer = await edge.call(ListPartitionReassignments, 0, { topics });
    assert.deepEqual([errorName(answer.errorCode), answer.topics], ["NONE", []]);
  }
});

test("what can be configured is listed by type", async () => {
  const edge = await edgeWithTopic();
  const list = async (version: number, resourceTypes: number[] = []) => {
    const answer = await edge.call(ListConfigResources, version, { resourceTypes });
    const types = new Set(answer.configResources.map(({ resourceType }) => resourceType));
    return [errorName(answer.errorCode), [...types]];
  };
  assert.deepEqual(await list(0), ["NONE", []]);
  assert.deepEqual(await list(1), ["NONE", [2, 4, 8]]);
  assert.deepEqual(await list(1, [99]), ["UNSUPPORTED_VERSION", []]);
});

test("producers of a partition are described, or why not", async () => {
  const edge = await edgeWithTopic();
  const describe = async (name: string, index: number) => {
    const topics = [{ name, partitionIndexes: [index] }];
    const answer = await edge.call(DescribeProducers, 0, { topics });
    return errorsOf(answer.topics[0]!.partitions);
  };
  assert.deepEqual(await describe("t", 0), ["NONE"]);
  assert.deepEqual(await describe("t", 9), ["UNKNOWN_TOPIC_OR_PARTITION"]);
  assert.deepEqual(await describe("nope", 0), ["UNKNOWN_TOPIC_OR_PARTITION"]);
  assert.deepEqual(await describe("a/b", 0), ["INVALID_TOPIC_EXCEPTION"]);
});

test("there are no transactions to describe or to list", async () => {
  const edge = await BrokerEdge.start();
  const described = await edge.call(DescribeTransactions, 0, { transactionalIds: ["x", ""] });
  assert.deepEqual(errorsOf(described.transactionStates), ["TRANSACTIONAL_ID_NOT_FOUND", "INVALID_REQUEST"]);
  const list = async (stateFilters: string[], transactionalIdPattern: string | null) => {
    const filters = { stateFilters, producerIdFilters: [], transactionalIdPattern };
    const answer = await edge.call(ListTransactions, 2, filters);
    return [errorName(answer.errorCode), answer.unknownStateFilters];
  };
  assert.deepEqual(await list([], null), ["NONE", []]);
  assert.deepEqual(await list(["Bogus", "Ongoing"], ""), ["NONE", ["Bogus"]]);
  assert.deepEqual(await list([], "["), ["INVALID_REGULAR_EXPRESSION", []]);
});

test("without an authorizer there are no ACLs", async () => {
  const edge = await BrokerEdge.start();
  const disabled = "SECURITY_DISABLED";
  const filter = {
    resourceTypeFilter: 1,
    resourceNameFilter: null,
    patternTypeFilter: 1,
    principalFilter: null,
    hostFilter: null,
    operation: 1,
    permissionType: 1,
  };
  assert.equal(errorName((await edge.call(DescribeAcls, 3, filter)).errorCode), disabled);
  const creation = {
    resourceType: 2,
    resourceName: "t",
    resourcePatternType: 3,
    principal: "User:a",
    host: "*",
    operation: 2,
    permissionType: 3,
  };
  assert.deepEqual(errorsOf((await edge.call(CreateAcls, 3, { creations: [creation] })).results), [disabled]);
  assert.deepEqual(errorsOf((await edge.call(DeleteAcls, 3, { filters: [filter] })).filterResults), [
    disabled,
  ]);
});

test("delegation tokens are not for connections that are not authenticated", async () => {
  const edge = await BrokerEdge.start();
  const refused = "DELEGATION_TOKEN_REQUEST_NOT_ALLOWED";
  const created = await edge.call(CreateDelegationToken, 3, {
    ownerPrincipalType: null,
    ownerPrincipalName: null,
    renewers: [],
    maxLifetimeMs: -1,
  });
  const described = await edge.call(DescribeDelegationToken, 3, { owners: null });
  assert.deepEqual(errorsOf([created, described]), [refused, refused]);
});

test("telemetry is answered although it is not offered", async () => {
  const edge = await BrokerEdge.start();
  const answer = await edge.call(GetTelemetrySubscriptions, 0, { clientInstanceId: ZERO_UUID });
  assert.notEqual(answer.clientInstanceId, ZERO_UUID);
  assert.deepEqual([answer.acceptedCompressionTypes, answer.telemetryMaxBytes], [[4, 3, 1, 2], 1_048_576]);
  const pushed = await edge.call(PushTelemetry, 0, {
    clientInstanceId: answer.clientInstanceId,
    subscriptionId: 77,
    terminating: false,
    compressionType: 0,
    metrics: Buffer.alloc(0),
  });
  assert.equal(errorName(pushed.errorCode), "UNKNOWN_SUBSCRIPTION_ID");
});

test("quotas can be asked for, but only in a way that makes sense", async () => {
  const edge = await BrokerEdge.start();
  type Component = [entityType: string, matchType: number, match: string | null];
  const describe = async (...components: Component[]) => {
    const filters = components.map(([entityType, matchType, match]) => ({ entityType, matchType, match }));
    const answer = await edge.call(DescribeClientQuotas, 1, { components: filters, strict: false });
    return [errorName(answer.errorCode), answer.entries];
  };
  assert.deepEqual(await describe(), ["NONE", []]);
  assert.deepEqual(await describe(["foo", 0, "x"]), ["UNSUPPORTED_VERSION", null]);
  assert.deepEqual(await describe(["user", 0, "a"], ["user", 0, "b"]), ["INVALID_REQUEST", null]);
  assert.deepEqual(await describe(["user", 9, "a"]), ["INVALID_REQUEST", null]);
  assert.deepEqual(await describe(["user", 0, null]), ["INVALID_REQUEST", null]);
  assert.deepEqual(await describe(["ip", 0, "not an address"]), ["NONE", []]);
  assert.deepEqual(await describe(["ip", 0, "1.2.3.4"], ["user", 0, "a"]), ["INVALID_REQUEST", null]);
});

test("SCRAM credentials: nobody has any, and bad ones are told apart", async () => {
  const edge = await BrokerEdge.start();
  const describe = async (...names: string[]) => {
    const users = names.map((name) => ({ name }));
    return errorsOf((await edge.call(DescribeUserScramCredentials, 0, { users })).results);
  };
  assert.deepEqual(await describe("a"), ["RESOURCE_NOT_FOUND"]);
  assert.deepEqual(await describe(), []);
  assert.deepEqual(await describe("a", "a"), ["DUPLICATE_RESOURCE"]);
  const upsert = async (name: string, mechanism: number, iterations: number) => {
    const credential = {
      name,
      mechanism,
      iterations,
      salt: Buffer.from("s"),
      saltedPassword: Buffer.from("p"),
    };
    const answer = await edge.call(AlterUserScramCredentials, 0, { deletions: [], upsertions: [credential] });
    return errorsOf(answer.results);
  };
  for (const iterations of [4095, 16_385]) {
    assert.deepEqual(await upsert("a", 1, iterations), ["UNACCEPTABLE_CREDENTIAL"]);
  }
  for (const mechanism of [0, 9])
    assert.deepEqual(await upsert("a", mechanism, 4096), ["UNSUPPORTED_SASL_MECHANISM"]);
  assert.deepEqual(await upsert("", 1, 4096), ["UNACCEPTABLE_CREDENTIAL"]);
  assert.deepEqual(await upsert("a", 1, 4096), ["UNSUPPORTED_VERSION"]);
});

test("a group protocol that is switched off is not supported", async () => {
  const edge = await BrokerEdge.start();
  const answer = await edge.call(ConsumerGroupHeartbeat, 1, {
    groupId: "g",
    memberId: "m",
    memberEpoch: 0,
    instanceId: null,
    rackId: null,
    rebalanceTimeoutMs: 1000,
    subscribedTopicNames: ["t"],
    subscribedTopicRegex: null,
    serverAssignor: null,
    topicPartitions: [],
  });
  assert.equal(errorName(answer.errorCode), "UNSUPPORTED_VERSION");
});
