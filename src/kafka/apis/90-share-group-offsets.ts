import { errorCode, errorText } from "../../tables/errors.ts";
import { DescribeShareGroupOffsets } from "../../wire/kafka/messages/90-describe-share-group-offsets.ts";
import { AlterShareGroupOffsets } from "../../wire/kafka/messages/91-alter-share-group-offsets.ts";
import { DeleteShareGroupOffsets } from "../../wire/kafka/messages/92-delete-share-group-offsets.ts";
import { kafkaApi } from "../kafka-api.ts";

/*
 * DescribeShareGroupOffsets (90), AlterShareGroupOffsets (91) and DeleteShareGroupOffsets (92) as Kafka answers them
 * when share.version is 0.
 */

const hidden = { hidden: true } as const;
const REFUSED = {
  errorCode: errorCode("UNSUPPORTED_VERSION"),
  errorMessage: errorText("UNSUPPORTED_VERSION"),
} as const;

export const describeShareGroupOffsets = kafkaApi(
  DescribeShareGroupOffsets,
  (_, { groups }) => ({
    throttleTimeMs: 0,
    groups: groups.map(({ groupId }) => ({ groupId, topics: [], ...REFUSED })),
  }),
  hidden,
);

export const alterShareGroupOffsets = kafkaApi(
  AlterShareGroupOffsets,
  () => ({ throttleTimeMs: 0, ...REFUSED, responses: [] }),
  hidden,
);

export const deleteShareGroupOffsets = kafkaApi(
  DeleteShareGroupOffsets,
  () => ({ throttleTimeMs: 0, ...REFUSED, responses: [] }),
  hidden,
);
