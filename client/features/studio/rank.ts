// Owns where a new item of an ordered list stands: after all others, by a key that leaves room on both sides.
// Fractional ranks let two people add at once; equal ones are ordered by id. Moving between neighbours comes with reordering.

const digits = "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz";

/** A rank after all the given ones: `a0`, `a1` … `az`, then longer ones. Shape: `a` and base-62 digits, compared as text. */
export function rankAfter(ranks: readonly string[]): string {
  const last = ranks.toSorted().at(-1);
  if (last === undefined) return "a0";
  const digit = digits.indexOf(last.slice(-1));
  if (digit < 0 || digit === digits.length - 1) return `${last}1`;
  return `${last.slice(0, -1)}${digits[digit + 1] ?? ""}`;
}
