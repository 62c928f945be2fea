import { DiskError } from "../ports/disk.ts";

/** Runs a system call; what it refuses becomes a `DiskError`. */
export function attempt<T>(action: string, path: string, call: () => T): T {
  try {
    return call();
  } catch (error) {
    throw diskError(action, path, error);
  }
}

export function diskError(action: string, path: string, cause: unknown): DiskError {
  return new DiskError(action, path, (cause as NodeJS.ErrnoException).code ?? "EIO", cause);
}
