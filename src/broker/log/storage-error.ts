/** An append or a change that a log directory cannot take now. At the edge: KAFKA_STORAGE_ERROR (56). */
export class StorageError extends Error {
  readonly directory: string;
  /** Whether the disk is merely full: the directory takes writes again by itself once there is room. */
  readonly isFull: boolean;

  constructor(message: string, details: { directory: string; isFull: boolean; cause?: unknown }) {
    super(message, { cause: details.cause });
    this.name = "StorageError";
    this.directory = details.directory;
    this.isFull = details.isFull;
  }
}

/** A data directory that cannot be used as it is: another broker's, another cluster's, or taken. */
export class DataDirectoryError extends Error {
  constructor(message: string, cause?: unknown) {
    super(message, { cause });
    this.name = "DataDirectoryError";
  }
}
