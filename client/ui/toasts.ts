// Owns the messages that come and go at the bottom: which stand, how long, and what undoes the last act.
// Never draws them (ToastRegion.tsx) and never holds a clock of its own: timers come in.
import { createContext, createSignal, useContext } from "solid-js";
import type { Accessor } from "solid-js";

/** One message. With `undo` it is an undo bar: it stands for 10 seconds and `Ctrl+Z` answers it. */
export type Toast = {
  readonly text: string;
  readonly tone?: "info" | "warn" | "danger";
  readonly undo?: () => void;
  readonly act?: { readonly label: string; readonly run: () => void };
};

/** A message that stands, with its number. */
export type StandingToast = Toast & { readonly id: number };

/** The messages of one page. */
export type Toasts = {
  readonly list: Accessor<readonly StandingToast[]>;
  readonly show: (toast: Toast) => number;
  readonly close: (id: number) => void;
  /** Undoes the newest act that can be undone; false when there is none. */
  readonly undoLast: () => boolean;
  /** Stops and restarts the running out, while a pointer or the focus is on the messages. */
  readonly hold: () => void;
  readonly resume: () => void;
};

/** The timers that messages run out by. */
export type Timers = { readonly set: (run: () => void, ms: number) => number; readonly clear: (timer: number) => void };

const pageTimers: Timers = {
  set: (run, ms) => Number(setTimeout(run, ms)),
  clear: (timer) => clearTimeout(timer),
};

/** How long an undo bar stands. Units: milliseconds. Rule: UI12. */
export const UNDO_MS = 10_000;
const TEXT_MS = 6_000;
const MOST = 3;

/** Creates the messages of one page. A message about danger stands until it is closed. Rule: UI12. */
export function createToasts(timers: Timers = pageTimers): Toasts {
  const [list, setList] = createSignal<readonly StandingToast[]>([]);
  const running = new Map<number, number>();
  let lastId = 0;

  const stop = (id: number): void => {
    const timer = running.get(id);
    if (timer !== undefined) timers.clear(timer);
    running.delete(id);
  };
  const close = (id: number): void => {
    stop(id);
    setList((toasts) => toasts.filter((toast) => toast.id !== id));
  };
  const run = (toast: StandingToast): void => {
    if (toast.tone === "danger" && toast.undo === undefined) return;
    const ms = toast.undo === undefined ? TEXT_MS : UNDO_MS;
    running.set(
      toast.id,
      timers.set(() => close(toast.id), ms),
    );
  };
  const show = (toast: Toast): number => {
    lastId += 1;
    const standing = { ...toast, id: lastId };
    for (const old of list().slice(0, Math.max(0, list().length - MOST + 1))) close(old.id);
    setList((toasts) => [...toasts, standing]);
    run(standing);
    return standing.id;
  };
  const undoLast = (): boolean => {
    const last = list().findLast((toast) => toast.undo !== undefined);
    if (last === undefined) return false;
    close(last.id);
    last.undo?.();
    return true;
  };
  const hold = (): void => list().forEach((toast) => stop(toast.id));
  const resume = (): void =>
    list()
      .filter((toast) => !running.has(toast.id))
      .forEach(run);
  return { list, show, close, undoLast, hold, resume };
}

/** Carries the messages to all components below. */
export const ToastContext = createContext<Toasts>();

/** The messages of the page. Throws: outside its provider. */
export function useToasts(): Toasts {
  const toasts = useContext(ToastContext);
  if (toasts === undefined) throw new Error("useToasts needs <ToastContext.Provider> above it (client/main.tsx)");
  return toasts;
}
