import type { Socket } from "node:net";
import { setImmediate } from "./real-timers.ts";

/** One read takes this much at most: fewer system calls than the 64 KiB that Node takes by itself. */
const READ_BYTES = 256 * 1024;

/**
 * So much is read from one socket before others have their turn. The system's loop by itself would read 32 times,
 * and who sends without a pause would hold up everybody else for ten milliseconds and more.
 */
const TURN_BYTES = 1024 * 1024;

/** All sockets of the process read into it in turn: what was read is consumed before the next read. */
let shared: Buffer | null = null;

interface StreamHandle {
  useUserBuffer?(buffer: Buffer): void;
  readStop(): void;
  readStart(): void;
}

type Slots = Record<symbol, unknown>;

/**
 * Makes a socket read into memory that is used again, as `onread` of `net.Socket` does for sockets that
 * connect. For sockets that a server accepted Node has the machinery and no option, so its slots are filled
 * here. Without this every chunk is fresh memory, and its collection costs a broker more than its own work.
 *
 * Returns false, and changes nothing, where this Node has no such slots.
 */
export function lendChunks(socket: Socket, onChunk: (chunk: Buffer) => void): boolean {
  const handle = (socket as unknown as { _handle: StreamHandle | null })._handle;
  const [bufferSlot, callbackSlot] = ["kBuffer", "kBufferCb"].map((name) =>
    Object.getOwnPropertySymbols(socket).find((symbol) => symbol.description === name),
  );
  if (bufferSlot === undefined || callbackSlot === undefined) return false;
  if (handle === null || typeof handle.useUserBuffer !== "function") return false;
  shared ??= Buffer.allocUnsafeSlow(READ_BYTES);
  handle.useUserBuffer(shared);
  const slots = socket as unknown as Slots;
  slots[bufferSlot] = shared;
  let turnBytes = 0;
  slots[callbackSlot] = (sizeBytes: number, buffer: Buffer): boolean => {
    onChunk(buffer.subarray(0, sizeBytes));
    // A chunk that is not full was the last for now.
    turnBytes = sizeBytes < READ_BYTES ? 0 : turnBytes + sizeBytes;
    if (turnBytes >= TURN_BYTES) {
      turnBytes = 0;
      handle.readStop();
      setImmediate(() => {
        if (!socket.destroyed && !socket.isPaused()) handle.readStart();
      });
    }
    return true;
  };
  return true;
}
