// Owns the virtual world of a simulation: time that moves only when nothing is left to do, and chance that a seed repeats.
// Never knows what runs in it. Install it before anything else is imported: libraries keep the clock and the dice they find.
//
// How it is known that nothing is left to do. In this process work goes on by four means only: promises, which are all done
// before the next turn of the event loop; `setImmediate`, which the disk in memory and the server use, and which is counted
// here; work outside the loop (digests), counted by `outside`; and timers, which are virtual. So when none of the counted
// is under way and two turns in a row have begun nothing, everything that can happen now has happened.

type Timer = { at: number; readonly id: number; readonly run: () => void; readonly every: number | null };

export type World = {
  /** Units: ms since 1970, virtual. */
  readonly now: () => number;
  /** Numbers from 0 to 1, repeated by the seed. */
  readonly random: () => number;
  /** Begins again from a seed. */
  readonly seed: (seed: number) => void;
  /** Runs after so many virtual ms; the answer cancels it. */
  readonly later: (run: () => void, ms: number) => () => void;
  /** Counts work that goes on outside the event loop, until it is done. */
  readonly outside: <T>(work: Promise<T>) => Promise<T>;
  /** Resolves when nothing is left to do at this instant. Throws: when that never comes. */
  readonly quiet: () => Promise<void>;
  /** Lets so much virtual time pass. Units: ms. */
  readonly pass: (ms: number) => Promise<void>;
  /** Lets virtual time pass until the answer is yes; false when it did not come in time. Units: ms. */
  readonly passUntil: (question: () => boolean | Promise<boolean>, ms: number) => Promise<boolean>;
  /** One number for all that has happened since the seed; equal for equal runs. */
  readonly trace: () => number;
  /** Forgets all timers, as at the end of a run. */
  readonly clear: () => void;
};

const START = Date.UTC(2026, 0, 15, 9);

/** So many turns without an end are a fault of the simulation or of what it runs. */
const MOST_TURNS = 200_000;

/** So many timers at one instant mean that time stands still: something asks itself again without a pause. */
const MOST_AT_ONCE = 20_000;

/** Replaces timers, clock and dice of this process. Call once. */
export function installWorld(): World {
  const turn = setImmediate;
  let now = START;
  let state = 1;
  let ids = 0;
  let underWay = 0;
  let begun = 0;
  let trace = 0;
  let timers: Timer[] = [];

  const random = (): number => {
    state = (state + 0x6d2b79f5) >>> 0;
    let mixed = Math.imul(state ^ (state >>> 15), state | 1);
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61);
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 4_294_967_296;
  };
  const enter = (timer: Timer): void => {
    let [low, high] = [0, timers.length];
    while (low < high) {
      const middle = (low + high) >>> 1;
      const other = timers[middle] as Timer;
      if (other.at < timer.at || (other.at === timer.at && other.id < timer.id)) low = middle + 1;
      else high = middle;
    }
    timers.splice(low, 0, timer);
  };
  const start = (run: () => void, ms: number, every: boolean): Timer => {
    ids += 1;
    const wait = Math.max(0, Number.isFinite(ms) ? ms : 0);
    const timer: Timer = { at: now + wait, id: ids, run, every: every ? Math.max(1, wait) : null };
    enter(timer);
    return timer;
  };
  const cancel = (timer: Timer): void => {
    // Hint: by id, because a repeated timer is entered anew each time.
    const index = timers.findIndex(({ id }) => id === timer.id);
    if (index >= 0) timers.splice(index, 1);
  };
  const immediate = (run: (...args: unknown[]) => void, ...args: unknown[]): NodeJS.Immediate => {
    underWay += 1;
    begun += 1;
    return turn(() => {
      underWay -= 1;
      run(...args);
    });
  };
  const outside = async <T>(work: Promise<T>): Promise<T> => {
    underWay += 1;
    begun += 1;
    try {
      return await work;
    } finally {
      underWay -= 1;
      begun += 1;
    }
  };
  const quiet = async (): Promise<void> => {
    let still = 0;
    for (let turns = 0; still < 2; turns += 1) {
      if (turns > MOST_TURNS) throw new Error("it never gets quiet");
      const before = begun;
      await new Promise<void>((resolve) => void turn(resolve));
      still = underWay === 0 && begun === before ? still + 1 : 0;
    }
  };
  const passUntil = async (question: () => boolean | Promise<boolean>, ms: number): Promise<boolean> => {
    const end = now + ms;
    let atOnce = 0;
    for (;;) {
      await quiet();
      const due = timers[0];
      const isNow = due !== undefined && due.at <= now;
      // Hint: asked between instants only, because within one there is still work to do.
      if (!isNow && (await question())) return true;
      if (due === undefined || due.at > end) {
        now = end;
        return false;
      }
      atOnce = due.at > now ? 0 : atOnce + 1;
      if (atOnce > MOST_AT_ONCE) throw new Error("time stands still");
      now = Math.max(now, due.at);
      timers.shift();
      if (due.every !== null) enter({ ...due, at: now + due.every });
      trace = Math.imul(trace ^ state ^ Math.round(now), 0x9e3779b1) >>> 0;
      due.run();
    }
  };
  replaceTimers({ start, cancel, immediate });
  replaceClock(() => now);
  replaceDice(random, outside);
  return {
    now: () => now,
    random,
    seed: (seed) => {
      state = seed >>> 0;
      now = START;
      trace = 0;
    },
    trace: () => trace,
    later: (run, ms) => {
      const timer = start(run, ms, false);
      return () => cancel(timer);
    },
    outside,
    quiet,
    pass: async (ms) => void (await passUntil(() => false, ms)),
    passUntil,
    clear: () => {
      timers = [];
    },
  };
}

type Timers = {
  readonly start: (run: () => void, ms: number, every: boolean) => Timer;
  readonly cancel: (timer: Timer) => void;
  readonly immediate: (run: (...args: unknown[]) => void, ...args: unknown[]) => NodeJS.Immediate;
};

/** A handle as Node gives it: `unref` and the like do nothing, since nothing keeps this process alive. */
type Handle = { readonly timer: Timer; readonly unref: () => Handle; readonly ref: () => Handle };

function replaceTimers({ start, cancel, immediate }: Timers): void {
  const handleOf = (timer: Timer): Handle => {
    const handle: Handle = { timer, unref: () => handle, ref: () => handle };
    return Object.assign(handle, { [Symbol.toPrimitive]: () => timer.id });
  };
  const begin =
    (every: boolean) =>
    (run: (...args: unknown[]) => void, ms = 0, ...args: unknown[]): Handle => {
      return handleOf(start(() => run(...args), ms, every));
    };
  const end = (handle: unknown): void => {
    if (typeof handle !== "object" || handle === null || !("timer" in handle)) return;
    // Hint: only our own handles have a timer.
    cancel((handle as Handle).timer);
  };
  define(globalThis, "setTimeout", begin(false));
  define(globalThis, "setInterval", begin(true));
  define(globalThis, "clearTimeout", end);
  define(globalThis, "clearInterval", end);
  define(globalThis, "setImmediate", immediate);
  define(AbortSignal, "timeout", (ms: number) => {
    const controller = new AbortController();
    start(() => controller.abort(new DOMException("too late", "TimeoutError")), ms, false);
    return controller.signal;
  });
}

function replaceClock(now: () => number): void {
  const Real = Date;
  const Virtual = function (this: unknown, ...args: unknown[]) {
    // Hint: `Date` takes one to seven values, which no single type names.
    const values = args as [number];
    return args.length === 0 ? new Real(now()) : new Real(...values);
  };
  Object.setPrototypeOf(Virtual, Real);
  Virtual.prototype = Real.prototype;
  define(Virtual, "now", now);
  define(globalThis, "Date", Virtual);
  define(performance, "now", () => now() - START);
}

function replaceDice(random: () => number, outside: World["outside"]): void {
  const fill = (view: Uint8Array): void => view.forEach((_byte, index) => (view[index] = Math.floor(random() * 256)));
  define(Math, "random", random);
  define(crypto, "getRandomValues", <T extends ArrayBufferView>(view: T): T => {
    fill(new Uint8Array(view.buffer, view.byteOffset, view.byteLength));
    return view;
  });
  define(crypto, "randomUUID", () => {
    const hex = Array.from({ length: 32 }, () => Math.floor(random() * 16).toString(16)).join("");
    const variant = "89ab"[Math.floor(random() * 4)];
    return `${hex.slice(0, 8)}-${hex.slice(8, 12)}-4${hex.slice(13, 16)}-${variant}${hex.slice(17, 20)}-${hex.slice(20)}`;
  });
  const digest = crypto.subtle.digest.bind(crypto.subtle);
  define(crypto.subtle, "digest", (...args: Parameters<typeof digest>) => outside(digest(...args)));
}

const define = (target: object, name: string, value: unknown): void => {
  Object.defineProperty(target, name, { value, configurable: true, writable: true });
};
