// Owns which tab of a device leads: one at a time by a Web Lock, and among those that live one that is in sight.
// Never knows what leading is (replicate.ts). Two that lead for a moment do no harm: whatever they do merges.
import type { Cancel, StoreParts } from "./parts.ts";

/** What a tab says to the others of its device: who leads answers, so silence means that it is frozen or hangs. */
type Word = "who leads?" | "I, in sight" | "I, out of sight";

/** How often a tab in sight asks, and how many of its questions may stay unanswered. Units: ms. Rule: RE29. */
const ASK_EVERY_MS = 250;
const UNANSWERED = 2;

/** How long after the locks themselves failed. Units: ms. */
const AGAIN_MS = 5000;

export type Leading = {
  /** Called when this tab begins to lead. */
  readonly begin: () => void;
  /** Called when it no longer does: closed, or another tab took over. */
  readonly end: () => Promise<void>;
};

export type LeaderParts = Pick<StoreParts, "locks" | "later" | "channel" | "page" | "onFailure">;

/** Stands for leader under a name until it is stopped. Rules: RE28, RE29. */
export function standForLeader(parts: LeaderParts, name: string, leading: Leading): { stop: () => Promise<void> } {
  const end = (): Promise<void> => {
    asking.again();
    return leading.end();
  };
  const turn = makeTurn(parts, name, { ...leading, end });
  const asking = askLeader(parts, { name, turn });
  return {
    stop: () => {
      asking.stop();
      return turn.stop();
    },
  };
}

type Turn = {
  readonly isLeading: () => boolean;
  /** Takes the lead from whoever has it. */
  readonly take: () => void;
  readonly stop: () => Promise<void>;
};

/** Waits for the lock, leads while it is held, and waits again when it was taken away. */
function makeTurn(parts: LeaderParts, name: string, leading: Leading): Turn {
  let isStopped = false;
  let isTaking = false;
  let leave: Cancel | null = null;
  let ending = Promise.resolve();
  let waiting = new AbortController();

  const hold = async (): Promise<void> => {
    if (isStopped) return;
    isTaking = false;
    leading.begin();
    await new Promise<void>((resolve) => {
      leave = resolve;
    });
  };
  const stand = async (): Promise<void> => {
    waiting = new AbortController();
    const isSteal = isTaking;
    isTaking = false;
    try {
      await parts.locks(name, isSteal ? { steal: true } : { signal: waiting.signal }, hold);
    } catch (error) {
      // Hint: a lock that was taken away, and one that is no longer waited for, end like this too.
      const isExpected = isStopped || isTaking || leave !== null;
      if (!isExpected) await failed(error);
    }
    const wasLeading = leave !== null;
    leave?.();
    leave = null;
    // Hint: what was begun comes to its end beside the next turn, or a call without an answer would hold that up.
    if (wasLeading) ending = endAfter(ending);
  };
  /** Hint: asked to end now, or an end that still waits would later end the lead that came after it. */
  const endAfter = (before: Promise<void>): Promise<void> => {
    const now = leading.end();
    return before.then(() => now).catch(parts.onFailure);
  };
  const failed = async (error: unknown): Promise<void> => {
    parts.onFailure(error);
    await new Promise<void>((resolve) => void parts.later(resolve, AGAIN_MS));
  };
  const run = async (): Promise<void> => {
    while (!isStopped) await stand();
    await ending;
  };
  const running = run();
  return {
    isLeading: () => leave !== null,
    take: () => {
      if (isStopped || leave !== null) return;
      isTaking = true;
      waiting.abort();
    },
    stop: () => {
      isStopped = true;
      waiting.abort();
      leave?.();
      return running;
    },
  };
}

type Asking = { readonly again: () => void; readonly stop: Cancel };

/** Asks while this tab is in sight and another one leads; answers while it leads. */
function askLeader({ channel, page, later }: LeaderParts, { name, turn }: { name: string; turn: Turn }): Asking {
  if (channel === undefined) return { again: () => undefined, stop: () => undefined };
  const isInSight = (): boolean => page.isVisible?.() ?? true;
  let unanswered = 0;
  let cancel: Cancel | null = null;
  let isStopped = false;

  const hear = (word: Word): void => {
    if (word !== "who leads?") {
      unanswered = 0;
      if (word === "I, out of sight" && isInSight()) turn.take();
    } else if (turn.isLeading()) post(isInSight() ? "I, in sight" : "I, out of sight");
  };
  // Hint: only tabs of this program speak here.
  const { post, close } = channel(name, (text) => hear(text as Word));
  const ask = (): void => {
    cancel?.();
    if (isStopped || turn.isLeading() || !isInSight()) return;
    if (unanswered >= UNANSWERED) turn.take();
    unanswered += 1;
    post("who leads?" satisfies Word);
    cancel = later(ask, ASK_EVERY_MS);
  };
  const again = (): void => {
    unanswered = 0;
    ask();
  };
  const stopListening = page.listen((event) => event === "visible" && again());
  again();
  return {
    again,
    stop: () => {
      isStopped = true;
      cancel?.();
      stopListening();
      close();
    },
  };
}
