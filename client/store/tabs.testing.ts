// Owns what the tabs of one browser share besides their disk, for tests: Web Locks and the channel between them.
// Never part of the product. A tab can be frozen: then it hears and says nothing until it is thawed.
import type { Cancel, Channel, LockOptions, Locks } from "./parts.ts";

type Place = { readonly grant: () => void; readonly lose: (error: Error) => void };

/** Web Locks of one browser: one holder of a name, the others in the order they came; `steal` goes before all. */
export function makeLocks(): Locks {
  const queues = new Map<string, Place[]>();
  const leave = (name: string, place: Place): void => {
    const queue = queues.get(name) ?? [];
    const isFirst = queue[0] === place;
    const left = queue.filter((each) => each !== place);
    if (left.length === 0) queues.delete(name);
    else queues.set(name, left);
    if (isFirst) left[0]?.grant();
  };
  return <T>(name: string, { signal, ifFree, steal }: LockOptions, run: () => Promise<T>): Promise<T> => {
    const queue = queues.get(name) ?? [];
    // Hint: as of a browser's, the caller knows that there may be no answer.
    if (ifFree && queue.length > 0) return Promise.resolve(undefined as T);
    const { promise, resolve, reject } = Promise.withResolvers<T>();
    let isGranted = false;
    const place: Place = {
      grant: () => {
        isGranted = true;
        const end = (): void => leave(name, place);
        const running = Promise.resolve().then(run);
        running.then(resolve, reject);
        running.then(end, end);
      },
      lose: (error) => reject(error),
    };
    const [holder, ...waiting] = queue;
    queues.set(name, steal ? [place, ...waiting] : [...queue, place]);
    if (steal) holder?.lose(new Error("stolen"));
    if (steal || holder === undefined) place.grant();
    signal?.addEventListener("abort", () => {
      if (isGranted) return;
      leave(name, place);
      reject(new Error("aborted"));
    });
    return promise;
  };
}

/** A tab that can be frozen, as a browser freezes one in the background: what is said to it waits. */
export type Freezer = {
  readonly freeze: () => void;
  readonly thaw: () => void;
  readonly gate: (run: () => void) => void;
};

/** Makes the freezer of a tab. */
export function makeFreezer(): Freezer {
  let waiting: (() => void)[] | null = null;
  return {
    freeze: () => {
      waiting ??= [];
    },
    thaw: () => {
      const runs = waiting ?? [];
      waiting = null;
      for (const run of runs) run();
    },
    gate: (run) => {
      if (waiting === null) run();
      else waiting.push(run);
    },
  };
}

type Ear = { readonly name: string; readonly hear: (text: string) => void };

/** The channels of one browser; each tab gets its own. */
export function makeChannels(): () => Channel {
  const ears = new Set<Ear>();
  return () => (name, hear) => {
    const ear: Ear = { name, hear };
    ears.add(ear);
    const post = (text: string): void => {
      const others = [...ears].filter((each) => each !== ear && each.name === name);
      for (const other of others) queueMicrotask(() => ears.has(other) && other.hear(text));
    };
    return { post, close: () => void ears.delete(ear) };
  };
}

/** What of a tab's parts stops while it is frozen: its timers and what it hears. */
export function freezing(
  freezer: Freezer,
  { channel, later }: { readonly channel: Channel; readonly later: (run: () => void, ms: number) => Cancel },
): { channel: Channel; later: (run: () => void, ms: number) => Cancel } {
  return {
    channel: (name, hear) => channel(name, (text) => freezer.gate(() => hear(text))),
    later: (run, ms) => later(() => freezer.gate(run), ms),
  };
}
