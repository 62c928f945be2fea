import type { Route } from "../route.ts";
import {
  crashBroker,
  createBroker,
  createTopics,
  deleteBroker,
  getBroker,
  listBrokers,
  resetBroker,
  restartBroker,
} from "./brokers.ts";
import { createFault, getFault, liftFault, listFaults } from "./faults.ts";
import { checkGroup, getGroup, noteProcessed } from "./groups.ts";
import { getRecords, getReport, getRequests, waitForRecords } from "./looking.ts";
import { getDocument, getHealth } from "./server.ts";
import { forgetSnapshot, listSnapshots, restoreSnapshot, takeSnapshot } from "./snapshots.ts";
import { advanceClock, freezeClock, resumeClock } from "./time.ts";

/** All that the test server does, in the order of the document. */
export const routes: readonly Route[] = [
  getHealth,
  getDocument,
  createBroker,
  listBrokers,
  getBroker,
  deleteBroker,
  crashBroker,
  restartBroker,
  resetBroker,
  createTopics,
  advanceClock,
  freezeClock,
  resumeClock,
  createFault,
  listFaults,
  getFault,
  liftFault,
  getRecords,
  waitForRecords,
  getRequests,
  getReport,
  getGroup,
  noteProcessed,
  checkGroup,
  takeSnapshot,
  listSnapshots,
  restoreSnapshot,
  forgetSnapshot,
];
