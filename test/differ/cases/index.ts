import type { Section } from "../probe.ts";
import { apiVersions } from "./api-versions.ts";
import { configs } from "./configs.ts";
import { coordinators } from "./coordinators.ts";
import { fetch } from "./fetch.ts";
import { fetchSessions } from "./fetch-sessions.ts";
import { framing } from "./framing.ts";
import { groupAdministration } from "./group-administration.ts";
import { groups } from "./groups.ts";
import { idempotence } from "./idempotence.ts";
import { listOffsets } from "./list-offsets.ts";
import { metadata } from "./metadata.ts";
import { notYet } from "./not-yet.ts";
import { offsets } from "./offsets.ts";
import { placement } from "./placement.ts";
import { produceSection } from "./produce.ts";
import { staticMembers } from "./static-members.ts";
import { storedRecords } from "./stored-records.ts";
import { topics } from "./topics.ts";

export const sections: readonly Section[] = [
  framing,
  apiVersions,
  metadata,
  topics,
  configs,
  produceSection,
  storedRecords,
  idempotence,
  fetch,
  fetchSessions,
  listOffsets,
  placement,
  coordinators,
  groups,
  staticMembers,
  offsets,
  groupAdministration,
  notYet,
];
