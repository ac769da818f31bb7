// Owns the conversation with the reading worker: one question at a time counts, an older answer is dropped.
import type { Chosen, FileReading, ReadReply, ReadRequest } from "./reading.ts";

/** The part of a worker that is used; a test brings its own. */
export type WorkerLike = Pick<Worker, "postMessage" | "terminate" | "addEventListener">;

export type Reader = {
  /** Reads files; null when a newer question overtook this one, or the worker broke. */
  readonly read: (files: readonly Chosen[]) => Promise<readonly FileReading[] | null>;
  readonly close: () => void;
};

/** Makes a reader; whoever made it closes it. Rule: IM2. */
export function makeReader(start: () => WorkerLike = startWorker): Reader {
  let worker: WorkerLike | null = null;
  let waiting: { readonly id: number; readonly resolve: (readings: readonly FileReading[] | null) => void } | null =
    null;
  let lastId = 0;
  const settle = (readings: readonly FileReading[] | null): void => {
    waiting?.resolve(readings);
    waiting = null;
  };
  const stop = (): void => {
    worker?.terminate();
    worker = null;
    settle(null);
  };
  const open = (): WorkerLike => {
    const opened = start();
    opened.addEventListener("message", ({ data }: MessageEvent<ReadReply>) => {
      if (data.id === waiting?.id) settle(data.readings);
    });
    opened.addEventListener("error", stop);
    return opened;
  };
  return {
    read: (files) =>
      new Promise((resolve) => {
        // Hint: a worker that reads on for a question nobody waits for is ended.
        if (waiting !== null) stop();
        worker ??= open();
        lastId += 1;
        waiting = { id: lastId, resolve };
        const request: ReadRequest = { id: lastId, files };
        worker.postMessage(request);
      }),
    close: stop,
  };
}

const startWorker = (): WorkerLike => new Worker(new URL("read.worker.ts", import.meta.url), { type: "module" });
