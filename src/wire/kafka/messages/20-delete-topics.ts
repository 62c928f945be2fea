import {
  array,
  defaulted,
  int16,
  int32,
  message,
  nullable,
  nullableSince,
  since,
  string,
  struct,
  until,
  uuid,
} from "../schema.ts";

/** v4: flexible. v5: messages of errors, THROTTLING_QUOTA_EXCEEDED (KIP-599). v6: topic ids (KIP-516). */
export const DeleteTopics = message({
  key: 20,
  name: "DeleteTopics",
  versions: [1, 6],
  flexibleSince: 4,
  listeners: ["broker", "controller"],
  request: struct({
    topics: since(
      6,
      array(
        struct({
          name: defaulted(nullable(string), null),
          topicId: uuid,
        }),
      ),
      [],
    ),
    topicNames: until(5, array(string), []),
    timeoutMs: int32,
  }),
  response: struct({
    throttleTimeMs: int32,
    responses: array(
      struct({
        name: nullableSince(6, string),
        topicId: since(6, uuid),
        errorCode: int16,
        errorMessage: since(5, nullable(string), null),
      }),
    ),
  }),
});
