// Owns the small pool of worker threads in which updates are tried that may be expensive, and the verdict on them.
// Never holds up the server: a trial that takes too long ends with its thread. Never applies an update to a room (room.ts does).
import type { Limits } from "../limits.ts";
import { startThread, tryIn } from "./judge.thread.ts";
import type { Job, Thread, Tried } from "./judge.thread.ts";

/** What a trial came to, and what it took. `starved`: the thread hardly got to compute, which says nothing about the update. */
export type Verdict = { readonly kind: "cheap" | "heavy" | "starved"; readonly ms: number };

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

/** Makes the pool; it starts threads, which run `program`, when they are needed. Rule: SY13. */
export function createJudge(limits: Limits, program: URL = script): Judge {
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
      const thread = takeFree(free) ?? (await startThread(program));
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

function toVerdict(outcome: Tried, { grows, limits }: { grows: boolean; limits: Limits }): Verdict {
  if (outcome.kind !== "tried") return { kind: outcome.kind === "ended" ? "heavy" : "starved", ms: outcome.ms };
  const { applyMs, loadMs, readMs } = outcome.trial;
  const allowed = limits.heavyApplyMs + LOAD_TO_READ * readMs;
  // Hint: what only takes away is never refused for what the document weighs afterwards. Rule: SY7.
  const isCheap = applyMs <= allowed && (!grows || loadMs <= allowed);
  return { kind: isCheap ? "cheap" : "heavy", ms: applyMs + loadMs + readMs };
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
