import {
  array,
  defaulted,
  int16,
  int32,
  message,
  nullable,
  since,
  string,
  struct,
  until,
} from "../schema.ts";

/** v3: many members at once (KIP-345). v4: flexible. v5: reasons (KIP-800). */
export const LeaveGroup = message({
  key: 13,
  name: "LeaveGroup",
  versions: [0, 5],
  flexibleSince: 4,
  request: struct({
    groupId: string,
    memberId: until(2, string, ""),
    members: since(
      3,
      array(
        struct({
          memberId: string,
          groupInstanceId: defaulted(nullable(string), null),
          reason: since(5, nullable(string), null),
        }),
      ),
      [],
    ),
  }),
  response: struct({
    throttleTimeMs: since(1, int32, 0),
    errorCode: int16,
    members: since(
      3,
      array(
        struct({
          memberId: string,
          groupInstanceId: nullable(string),
          errorCode: int16,
        }),
      ),
      [],
    ),
  }),
});
