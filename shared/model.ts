// Owns the model window: which versions of the model a server lets write, and where a bundle stands to it.
// Never says what a version changed: fields are only added, and old actions are upcast (action.ts).
import { MODEL_VERSION } from "./document.ts";

/** The versions of the model whose writes a server takes, both ends included. */
export type ModelWindow = { readonly oldest: number; readonly newest: number };

/**
 * The window of this build. `oldest` is raised only when the last bundle that wrote an older model has been replaced for
 * longer than a device may stay away. Rule: M15. Source: design §3, sync.md §8.
 */
export const modelWindow: ModelWindow = { oldest: 1, newest: MODEL_VERSION };

/** Where a bundle stands to a server: it may write, it is too old to, or the server does not know its model yet. */
export type Standing = "current" | "outdated" | "ahead";

/** Judges a bundle's model. Rule: M15. */
export function standingOf(model: number, { oldest, newest }: ModelWindow): Standing {
  if (model < oldest) return "outdated";
  return model > newest ? "ahead" : "current";
}

/** The window as a header says it, such as `1-3`. Rule: M15. */
export const formatWindow = ({ oldest, newest }: ModelWindow): string => `${oldest}-${newest}`;

/** Reads the window of a header; null when there is none to read. Rule: M15. */
export function parseWindow(text: string | null): ModelWindow | null {
  const found = /^(\d{1,9})-(\d{1,9})$/.exec(text ?? "");
  return found === null ? null : { oldest: Number(found[1]), newest: Number(found[2]) };
}
