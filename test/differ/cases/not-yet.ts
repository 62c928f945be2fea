import {
  AlterClientQuotas,
  CreateAcls,
  DeleteAcls,
  DescribeAcls,
  DescribeClientQuotas,
  DescribeDelegationToken,
  DescribeProducers,
  DescribeQuorum,
  DescribeTransactions,
  DescribeUserScramCredentials,
  ListConfigResources,
  ListTransactions,
  UnregisterBroker,
  UpdateFeatures,
} from "../../../src/wire/kafka/messages/index.ts";
import { versionsOf, type Section } from "../probe.ts";

/** APIs behind features that a single broker hardly needs: still, a tool that asks should get an answer. */
export const notYet: Section = {
  name: "not-yet",
  async run(probe) {
    await probe.topic("d-rest");
    for (const version of versionsOf(DescribeAcls)) {
      const any = { resourceTypeFilter: 1, resourceNameFilter: null, patternTypeFilter: 1 };
      const filter = { ...any, principalFilter: null, hostFilter: null, operation: 1, permissionType: 1 };
      await probe.ask("no authorizer", DescribeAcls, version, filter);
      const acl = {
        resourceType: 2,
        resourceName: "t",
        resourcePatternType: 3,
        principal: "User:a",
        host: "*",
      };
      const creations = [{ ...acl, operation: 3, permissionType: 3 }];
      await probe.ask("no authorizer", CreateAcls, version, { creations });
      await probe.ask("no authorizer", DeleteAcls, version, { filters: [filter] });
    }
    for (const version of versionsOf(DescribeClientQuotas)) {
      await probe.ask("no quotas", DescribeClientQuotas, version, { components: [], strict: false });
      const entity = [{ entityType: "user", entityName: "a" }];
      const entries = [{ entity, ops: [{ key: "producer_byte_rate", value: 1_000, remove: false }] }];
      await probe.ask("a quota, only validated", AlterClientQuotas, version, { entries, validateOnly: true });
    }
    await probe.ask("no users", DescribeUserScramCredentials, 0, { users: null });
    for (const version of versionsOf(DescribeDelegationToken)) {
      await probe.ask("tokens are off", DescribeDelegationToken, version, { owners: null });
    }
    for (const version of versionsOf(DescribeQuorum)) {
      const topics = [{ topicName: "__cluster_metadata", partitions: [{ partitionIndex: 0 }] }];
      await probe.ask("the quorum", DescribeQuorum, version, { topics });
    }
    const quorumOf = [{ topicName: "d-rest", partitions: [{ partitionIndex: 0 }] }];
    await probe.ask("the quorum of another topic", DescribeQuorum, 2, { topics: quorumOf });
    for (const version of versionsOf(UpdateFeatures)) {
      const featureUpdates = [{ feature: "no.such.feature", maxVersionLevel: 1 }];
      await probe.ask("an unknown feature", UpdateFeatures, version, { featureUpdates, validateOnly: true });
    }
    await probe.ask("an unknown broker", UnregisterBroker, 0, { brokerId: 7 });
    for (const name of ["d-rest", "no-such-topic"]) {
      await probe.ask(name, DescribeProducers, 0, { topics: [{ name, partitionIndexes: [0, 9] }] });
    }
    await probe.ask("an unknown id", DescribeTransactions, 0, { transactionalIds: ["nobody"] });
    for (const version of versionsOf(ListTransactions)) {
      await probe.ask("all", ListTransactions, version, { stateFilters: [], producerIdFilters: [] });
    }
    for (const version of versionsOf(ListConfigResources)) {
      await probe.ask("client metrics", ListConfigResources, version, { resourceTypes: [16] });
    }
  },
};
