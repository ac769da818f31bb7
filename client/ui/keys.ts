// Owns what keys mean in lists and rows of tabs. Never touches the page: it turns a key into a place.

/** Where a member is in a row or a column of things. */
export type Place = { readonly at: number; readonly count: number; readonly along: "row" | "column" };

const steps = {
  row: { ArrowLeft: -1, ArrowRight: 1 },
  column: { ArrowUp: -1, ArrowDown: 1, k: -1, j: 1 },
} as const;

/** The place a key leads to; null when the key means nothing here. A row of tabs goes round, a column ends. Rule: UI10. */
export function nextIndex(key: string, { at, count, along }: Place): number | null {
  if (count === 0) return null;
  if (key === "Home") return 0;
  if (key === "End") return count - 1;
  const step = (steps[along] as Readonly<Record<string, number>>)[key];
  if (step === undefined) return null;
  if (along === "row") return (at + step + count) % count;
  return Math.min(count - 1, Math.max(0, at + step));
}

/** Tells whether a key press belongs to somebody who is typing, so that a one-letter shortcut must let it be. */
export function isTyping(target: EventTarget | null): boolean {
  if (!(target instanceof HTMLElement)) return false;
  return target.isContentEditable || target.closest("input, textarea, select, [role=textbox]") !== null;
}
