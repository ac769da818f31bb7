// Owns the small pool of worker threads in which updates are tried that may be expensive, and the verdict on them.
// Never holds up the server: a trial that takes too long ends with its thread. Never applies an update to a room (room.ts does).
import { Worker } from "node:worker_threads";
import type { Limits } from "../limits.ts";

/** What a worker tries: an update on a state. Units: the state is V2, null for a document that does not exist yet. */
export type Job = { readonly state: Uint8Array | null; readonly update: Uint8Array; readonly format: "v1" | "v2" };

/** What it took. Units: ms of computing; `loadMs` to load the document with the update in it, `readMs` to merely read it. */
export type Trial = { readonly applyMs: number; readonly loadMs: number; readonly readMs: number };

/** `ms` is what the trial took, whatever came of it. */
export type Verdict = { readonly isCheap: boolean; readonly ms: number };

/** A question to the pool. `job` is called when its turn has come; `grows` when the update adds anything. */
export type Question = { readonly member: string; readonly grows: boolean; readonly job: () => Job };

export type Judge = {
  /** Tries an update. Rejects when no thread can be had. Rule: SY13. */
  readonly ask: (question: Question) => Promise<Verdict>;
  /** Resolves when nothing is being tried. */
  readonly idle: () => Promise<void>;
};

/** How many threads at most. A member has one trial at a time, so that nobody takes them all. */
const THREADS = 2;

/** How long an idle thread is kept. Units: ms. */
const IDLE_MS = 30_000;

/** An honest document takes about three times as long to load as to read; what takes far longer was made to. */
const LOAD_TO_READ = 10;

const script = new URL("./judge.worker.ts", import.meta.url);

type Waiting = Question & { readonly resolve: (verdict: Verdict) => void; readonly reject: (error: unknown) => void };
type Thread = { readonly worker: Worker; idle: NodeJS.Timeout | null };

/** Makes the pool; it starts threads when they are needed. Rule: SY13. */
export function createJudge(limits: Limits): Judge {
  const waiting: Waiting[] = [];
  const busy = new Set<string>();
  const running = new Set<Promise<void>>();
  const free: Thread[] = [];

  const begin = (): void => {
    const index = busy.size < THREADS ? waiting.findIndex(({ member }) => !busy.has(member)) : -1;
    const [question] = index < 0 ? [] : waiting.splice(index, 1);
    if (question === undefined) return;
    busy.add(question.member);
    const trial = answer(question).then(() => {
      busy.delete(question.member);
      running.delete(trial);
      return begin();
    });
    running.add(trial);
    begin();
  };

  const answer = async (question: Waiting): Promise<void> => {
    try {
      const thread = takeFree(free) ?? (await startThread());
      const outcome = await tryIn(thread, { job: question.job(), ms: limits.workerApplyMs });
      if (outcome.kind === "tried") release(thread, free);
      question.resolve(toVerdict(outcome, { grows: question.grows, limits }));
    } catch (error) {
      question.reject(error);
    }
  };

  return {
    ask: (question) =>
      new Promise((resolve, reject) => {
        waiting.push({ ...question, resolve, reject });
        begin();
      }),
    idle: async () => {
      while (running.size > 0) await Promise.all(running);
    },
  };
}

type Tried = { readonly kind: "tried"; readonly trial: Trial } | { readonly kind: "ended"; readonly ms: number };

function toVerdict(outcome: Tried, { grows, limits }: { grows: boolean; limits: Limits }): Verdict {
  if (outcome.kind === "ended") return { isCheap: false, ms: outcome.ms };
  const { applyMs, loadMs, readMs } = outcome.trial;
  const allowed = limits.heavyApplyMs + LOAD_TO_READ * readMs;
  // Hint: what only takes away is never refused for what the document weighs afterwards. Rule: SY7.
  const isCheap = applyMs <= allowed && (!grows || loadMs <= allowed);
  return { isCheap, ms: applyMs + loadMs + readMs };
}

function takeFree(free: Thread[]): Thread | null {
  const thread = free.pop() ?? null;
  if (thread?.idle) clearTimeout(thread.idle);
  // Hint: a thread that has ended has no id.
  return thread === null || thread.worker.threadId > 0 ? thread : takeFree(free);
}

function release(thread: Thread, free: Thread[]): void {
  thread.worker.unref();
  thread.idle = setTimeout(() => {
    free.splice(free.indexOf(thread), 1);
    void thread.worker.terminate();
  }, IDLE_MS).unref();
  free.push(thread);
}

/** Starts a thread. Rejects when it does not come up. */
function startThread(): Promise<Thread> {
  return new Promise((resolve, reject) => {
    const worker = new Worker(script, { resourceLimits: { maxOldGenerationSizeMb: 512 } });
    // Hint: kept for the thread's life, because an error without a listener would end the process.
    worker.on("error", reject);
    worker.once("exit", () => reject(new Error("a thread ended before it began")));
    worker.once("message", () => resolve({ worker, idle: null }));
  });
}

type Trying = { readonly job: Job; readonly ms: number };

/** Lets a thread try a job; one that takes too long, or too much memory, is ended. */
function tryIn({ worker }: Thread, { job, ms }: Trying): Promise<Tried> {
  return new Promise((resolve) => {
    const finish = (outcome: Tried): void => {
      clearTimeout(timeout);
      worker.off("message", onTrial).off("exit", onEnd);
      resolve(outcome);
    };
    const onTrial = (trial: Trial): void => finish({ kind: "tried", trial });
    const onEnd = (): void => finish({ kind: "ended", ms });
    const timeout = setTimeout(() => {
      finish({ kind: "ended", ms });
      void worker.terminate();
    }, ms);
    worker.ref();
    worker.on("message", onTrial).on("exit", onEnd);
    worker.postMessage(job);
  });
}
