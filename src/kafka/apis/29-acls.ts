import { errorCode, errorText } from "../../tables/errors.ts";
import { DescribeAcls } from "../../wire/kafka/messages/29-describe-acls.ts";
import { CreateAcls } from "../../wire/kafka/messages/30-create-acls.ts";
import { DeleteAcls } from "../../wire/kafka/messages/31-delete-acls.ts";
import { kafkaApi } from "../kafka-api.ts";

/* DescribeAcls (29), CreateAcls (30) and DeleteAcls (31) as Kafka answers them without an authorizer. */

const REFUSED = {
  errorCode: errorCode("SECURITY_DISABLED"),
  errorMessage: errorText("SECURITY_DISABLED"),
} as const;

export const describeAcls = kafkaApi(DescribeAcls, () => ({ throttleTimeMs: 0, ...REFUSED, resources: [] }));

export const createAcls = kafkaApi(CreateAcls, (_, { creations }) => ({
  throttleTimeMs: 0,
  results: creations.map(() => REFUSED),
}));

export const deleteAcls = kafkaApi(DeleteAcls, (_, { filters }) => ({
  throttleTimeMs: 0,
  filterResults: filters.map(() => ({ ...REFUSED, matchingAcls: [] })),
}));
