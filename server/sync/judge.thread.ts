// Owns one worker thread of the judge: how it is started, and how long it may compute on a job.
// Never judges (judge.ts does), and never takes the time on the clock for the thread's own.
import { Worker } from "node:worker_threads";

/** What a worker tries: an update on a state. Units: the state is V2, null for a document that does not exist yet. */
export type Job = { readonly state: Uint8Array | null; readonly update: Uint8Array; readonly format: "v1" | "v2" };

/**
 * What it took. Units: ms of computing; `loadMs` to load the document with the update in it, `readMs` to merely read it, `spentMs`
 * what the thread has computed since it began.
 */
export type Trial = {
  readonly applyMs: number;
  readonly loadMs: number;
  readonly readMs: number;
  readonly spentMs: number;
};

/** How a job ended: tried; after too much computing or memory; or because the thread hardly got to compute. Units: ms of computing. */
export type Tried =
  | { readonly kind: "tried"; readonly trial: Trial }
  | { readonly kind: "ended" | "starved"; readonly ms: number };

/** A thread that waits for a job or has one. Units: ms; `spentMs` is what it had computed when its last job ended. */
export type Thread = { readonly worker: Worker; idle: NodeJS.Timeout | null; spentMs: number };

/** A job that has not had its computing after so many times as long on the clock is given up. */
const STARVED_AFTER = 12;

/** A thread is not asked more often how long it has computed. Units: ms. */
const LOOK_MS = 50;

/** Starts a thread. Rejects when it does not come up. */
export function startThread(program: URL): Promise<Thread> {
  return new Promise((resolve, reject) => {
    const worker = new Worker(program, { resourceLimits: { maxOldGenerationSizeMb: 512 } });
    // Hint: kept for the thread's life, because an error without a listener would end the process.
    worker.on("error", reject);
    worker.once("exit", () => reject(new Error("a thread ended before it began")));
    worker.once("message", (spentMs: number) => resolve({ worker, idle: null, spentMs }));
  });
}

type Trying = { readonly job: Job; readonly ms: number };

/** Lets a thread try a job for so much computing; on a busy machine that may take longer on the clock. Rule: SY13. */
export function tryIn(thread: Thread, { job, ms }: Trying): Promise<Tried> {
  const { worker } = thread;
  let spent = 0;
  return new Promise((resolve) => {
    const finish = (outcome: Tried): void => {
      clearTimeout(timeout);
      clearTimeout(last);
      worker.off("message", onTrial).off("exit", onEnd);
      resolve(outcome);
    };
    const onTrial = (trial: Trial): void => {
      thread.spentMs = trial.spentMs;
      finish({ kind: "tried", trial });
    };
    const onEnd = (): void => finish({ kind: "ended", ms });
    const giveUp = (kind: "ended" | "starved"): void => {
      finish({ kind, ms: spent });
      void worker.terminate();
    };
    const look = async (): Promise<void> => {
      spent = (await spentMsOf(worker)) - thread.spentMs;
      if (spent >= ms) giveUp("ended");
      else timeout = setTimeout(check, Math.max(LOOK_MS, ms - spent));
    };
    // Hint: a thread that is gone cannot be asked.
    const check = (): void => void look().catch(onEnd);
    let timeout = setTimeout(check, ms);
    const last = setTimeout(() => giveUp("starved"), ms * STARVED_AFTER);
    worker.ref();
    worker.on("message", onTrial).on("exit", onEnd);
    worker.postMessage(job);
  });
}

/** What a thread has computed since it began, also while it computes. Units: ms. */
async function spentMsOf(worker: Worker): Promise<number> {
  const { user, system } = await worker.cpuUsage();
  return (user + system) / 1000;
}
