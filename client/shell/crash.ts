// Owns what is known of a crash: whether a part of the app is only not on this device yet, else the code of the fault.
// The same fault gives the same code, and nobody can read what was typed out of it.

const missing = new WeakSet<object>();

/** Notes the errors of parts of the app that could not be loaded, as Vite tells them. Rule: UI20. */
export function hearMissingParts(page: Pick<Window, "addEventListener" | "removeEventListener">): () => void {
  const note = ({ payload }: VitePreloadErrorEvent): void => void missing.add(payload);
  page.addEventListener("vite:preloadError", note);
  return () => page.removeEventListener("vite:preloadError", note);
}

/** True for the error of a part that could not be loaded: nothing is broken, there was no network. */
export const isMissingPart = (error: unknown): boolean => error instanceof Error && missing.has(error);

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
