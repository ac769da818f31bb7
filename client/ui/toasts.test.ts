import { createRoot } from "solid-js";
import { describe, expect, it } from "vitest";
import { createToasts, UNDO_MS } from "./toasts.ts";
import type { Toasts } from "./toasts.ts";

/** Messages with a clock that is moved by hand. */
function setup(): { toasts: Toasts; pass: (ms: number) => void } {
  let nowMs = 0;
  let lastTimer = 0;
  const waiting = new Map<number, { atMs: number; run: () => void }>();
  const toasts = createRoot(() =>
    createToasts({
      set: (run, ms) => {
        lastTimer += 1;
        waiting.set(lastTimer, { atMs: nowMs + ms, run });
        return lastTimer;
      },
      clear: (timer) => void waiting.delete(timer),
    }),
  );
  const pass = (ms: number): void => {
    nowMs += ms;
    for (const [timer, { atMs, run }] of [...waiting]) {
      if (atMs <= nowMs && waiting.delete(timer)) run();
    }
  };
  return { toasts, pass };
}

const texts = (toasts: Toasts): string[] => toasts.list().map((toast) => toast.text);

describe("messages", () => {
  it("[UI12] an undo bar stands for ten seconds", () => {
    const { toasts, pass } = setup();
    toasts.show({ text: "Taşındı", undo: () => undefined });
    pass(UNDO_MS - 1);
    expect(texts(toasts)).toEqual(["Taşındı"]);
    pass(1);
    expect(texts(toasts)).toEqual([]);
    expect(toasts.undoLast()).toBe(false);
  });

  it("[UI12] undo takes back the newest act, once", () => {
    const { toasts } = setup();
    const undone: string[] = [];
    for (const name of ["bir", "iki"]) toasts.show({ text: name, undo: () => undone.push(name) });
    toasts.show({ text: "bilgi" });
    expect([toasts.undoLast(), toasts.undoLast(), toasts.undoLast()]).toEqual([true, true, false]);
    expect(undone).toEqual(["iki", "bir"]);
    expect(texts(toasts)).toEqual(["bilgi"]);
  });

  it("[UI12] does not run out under a pointer or the focus, and then has its whole time again", () => {
    const { toasts, pass } = setup();
    toasts.show({ text: "Taşındı", undo: () => undefined });
    pass(UNDO_MS - 1);
    toasts.hold();
    pass(60_000);
    expect(texts(toasts)).toEqual(["Taşındı"]);
    toasts.resume();
    pass(UNDO_MS - 1);
    expect(texts(toasts)).toEqual(["Taşındı"]);
    pass(1);
    expect(texts(toasts)).toEqual([]);
  });

  it("[UI12] a message about danger stands until it is closed", () => {
    const { toasts, pass } = setup();
    const id = toasts.show({ text: "Olmadı", tone: "danger" });
    pass(3_600_000);
    expect(texts(toasts)).toEqual(["Olmadı"]);
    toasts.close(id);
    expect(texts(toasts)).toEqual([]);
  });

  it("[UI12] at most three stand; the oldest goes first", () => {
    const { toasts } = setup();
    for (const text of ["1", "2", "3", "4"]) toasts.show({ text });
    expect(texts(toasts)).toEqual(["2", "3", "4"]);
  });
});
