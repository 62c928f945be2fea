import assert from "node:assert/strict";
import net from "node:net";
import { once } from "node:events";
import { test } from "node:test";
import { lendChunks } from "./lend-chunks.ts";

const MIB = 1024 * 1024;

/** Both ends of a connection; the accepted one is paused. */
async function pair(): Promise<{ accepted: net.Socket; peer: net.Socket }> {
  const server = net.createServer({ pauseOnConnect: true }).listen(0, "127.0.0.1");
  await once(server, "listening");
  const peer = net.connect((server.address() as net.AddressInfo).port, "127.0.0.1");
  const [accepted] = (await once(server, "connection")) as [net.Socket];
  server.close();
  return { accepted, peer };
}

test("who sends without a pause leaves the others their turns, and loses nothing", async () => {
  const { accepted, peer } = await pair();
  const sizeBytes = 64 * MIB;
  let turnBytes = 0;
  let turnBytesMax = 0;
  let received = 0;
  let isRight = true;
  const all = new Promise<void>((resolve) => {
    const isLending = lendChunks(accepted, (chunk) => {
      isRight &&=
        chunk[0] === Math.floor(received / MIB) &&
        chunk.at(-1) === Math.floor((received + chunk.length - 1) / MIB);
      received += chunk.length;
      turnBytes += chunk.length;
      turnBytesMax = Math.max(turnBytesMax, turnBytes);
      if (received === sizeBytes) resolve();
    });
    assert.ok(isLending);
  });
  const turn = (): void => {
    turnBytes = 0;
    if (received < sizeBytes) setImmediate(turn);
  };
  turn();
  for (let i = 0; i < sizeBytes / MIB; i += 1) peer.write(Buffer.alloc(MIB, i));
  accepted.resume();
  await all;
  assert.ok(isRight);
  assert.ok(turnBytesMax >= MIB / 4 && turnBytesMax <= 2 * MIB, `${turnBytesMax} bytes in one turn`);
  peer.destroy();
  accepted.destroy();
});

test("a socket that is paused when its turn ends stays so until it is resumed", async () => {
  const { accepted, peer } = await pair();
  const sizeBytes = 16 * MIB;
  let received = 0;
  const all = new Promise<void>((resolve) => {
    lendChunks(accepted, (chunk) => {
      const before = received;
      received += chunk.length;
      // At the very chunk with which a turn may end, and at some others.
      if (Math.floor(received / MIB) > Math.floor(before / MIB)) {
        accepted.pause();
        const atPause = received;
        setImmediate(() =>
          setImmediate(() => {
            assert.equal(received, atPause, "nothing comes while it is paused");
            accepted.resume();
          }),
        );
      }
      if (received === sizeBytes) resolve();
    });
  });
  peer.write(Buffer.alloc(sizeBytes));
  accepted.resume();
  await all;
  peer.destroy();
  accepted.destroy();
});
