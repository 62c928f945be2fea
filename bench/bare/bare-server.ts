import { fdatasync, ftruncateSync, openSync, writeSync } from "node:fs";
import { createServer, type Socket } from "node:net";
import { Reader } from "../../src/wire/kafka/reader.ts";
import { readRequestHeader } from "../../src/wire/kafka/headers.ts";
import { DeleteTopics, Produce } from "../../src/wire/kafka/messages/index.ts";
import { lendChunks } from "../../src/io/lend-chunks.ts";
import { answerTo, produceAnswer } from "./answers.ts";

/*
 * node bare-server.ts PORT FILE sync|page-cache
 *
 * No broker: it appends whatever Produce requests carry to one file, syncs it for all who wait together (`sync`), and
 * says that all is well. It checks nothing, numbers nothing and keeps nothing in memory. What a load comes to here
 * says what this machine and the load tool allow a simple program; a better one may come to more.
 */

const FRAME_BYTES_MAX = 16 * 1024 * 1024;

const [port, file, mode] = process.argv.slice(2) as [string, string, "sync" | "page-cache"];
const descriptor = openSync(file, "a");

let answersToSync: (() => void)[] = [];
let isSyncing = false;

/** Group fsync: what comes while one runs goes with the next. */
function syncThen(answer: () => void): void {
  answersToSync.push(answer);
  if (isSyncing) return;
  isSyncing = true;
  setImmediate(sync);
}

function sync(): void {
  const answers = answersToSync;
  answersToSync = [];
  fdatasync(descriptor, (error) => {
    if (error !== null) throw error;
    for (const answer of answers) answer();
    isSyncing = answersToSync.length > 0;
    if (isSyncing) sync();
  });
}

function onFrame(socket: Socket, frame: Buffer): void {
  const reader = new Reader(frame);
  const header = readRequestHeader(reader);
  if (header.apiKey !== Produce.key) {
    if (header.apiKey === DeleteTopics.key) ftruncateSync(descriptor, 0);
    socket.write(answerTo(header, reader, Number(port)));
    return;
  }
  const { answer, acks, records } = produceAnswer(header, reader);
  for (const bytes of records) writeSync(descriptor, bytes, 0, bytes.length);
  if (mode === "sync" && acks === -1) syncThen(() => socket.write(answer));
  else if (acks !== 0) socket.write(answer);
}

function serve(socket: Socket): void {
  const gathered = Buffer.allocUnsafeSlow(FRAME_BYTES_MAX);
  let size = 0;
  const take = (chunk: Buffer): void => {
    let bytes = chunk;
    if (size > 0) {
      size += chunk.copy(gathered, size);
      bytes = gathered.subarray(0, size);
    }
    let at = 0;
    socket.cork();
    while (bytes.length - at >= 4) {
      const end = at + 4 + bytes.readInt32BE(at);
      if (end > bytes.length) break;
      onFrame(socket, bytes.subarray(at + 4, end));
      at = end;
    }
    process.nextTick(() => socket.uncork());
    if (size === 0) size = bytes.copy(gathered, 0, at);
    else if (at > 0) size = gathered.copy(gathered, 0, at, size);
  };
  if (!lendChunks(socket, take)) socket.on("data", take);
  socket.on("error", () => socket.destroy());
  socket.resume();
}

createServer({ noDelay: true, pauseOnConnect: true }, serve).listen(Number(port), "127.0.0.1");
