// Owns the code of a crash: the same fault gives the same code, and nobody can read what was typed out of it.

/** A short code for an error, to be quoted to support. Shape: `L-` and six characters. Rule: UI17. */
export function crashCode(error: unknown): string {
  const { name, stack } = error instanceof Error ? error : { name: "unknown", stack: undefined };
  // Hint: the place where it was thrown and nothing else; the message may hold words of a person.
  const place = stack?.split("\n").find((line) => /:\d+:\d+\)?$/.test(line)) ?? "";
  return `L-${hash(`${name}\n${place}`).toString(36).toUpperCase().padStart(7, "0").slice(-6)}`;
}

/** FNV-1a, 32 bits. Source: RFC 9923. */
function hash(text: string): number {
  let value = 0x81_1c_9d_c5;
  for (let at = 0; at < text.length; at += 1) value = Math.imul(value ^ text.charCodeAt(at), 0x01_00_01_93);
  return value >>> 0;
}
