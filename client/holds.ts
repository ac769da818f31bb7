// Owns the question whether this page may be reloaded now: typed and not sent, an open note, what waits for the disk, a running job.
// Never reloads anything itself (pwa.ts) and never reads what was typed.
import { createContext, onCleanup, useContext } from "solid-js";

/** Why the page must stay: a form or window somebody is in, an open note, the disk, or a job that a reload would end. */
export type Hold = "form" | "note" | "disk" | "task";

/** Whoever may hold the page. Asked, never told: nothing is kept that could be forgotten. */
export type Holds = {
  /** Asks this too from now on, until the answer is called. */
  readonly add: (ask: () => Hold | null) => () => void;
  /** The first reason not to reload; null when there is none. */
  readonly now: () => Hold | null;
};

/** Makes the holds of a page. Rule: PW3. */
export function makeHolds(): Holds {
  const asked = new Set<() => Hold | null>();
  return {
    add: (ask) => {
      asked.add(ask);
      return () => void asked.delete(ask);
    },
    now: () => {
      for (const ask of asked) {
        const hold = ask();
        if (hold !== null) return hold;
      }
      return null;
    },
  };
}

/** Fields that hold nothing which is lost by a reload. */
const passing = new Set(["search", "checkbox", "radio", "hidden", "button", "submit", "file"]);

/** What the screen itself says: an open note, an open window, a form or a field that was typed into. Rule: PW3. */
export function holdOfScreen(page: Document): Hold | null {
  if (page.querySelector("[contenteditable=true]") !== null) return "note";
  if (page.querySelector("[role=dialog], [role=alertdialog]") !== null) return "form";
  const fields = [...page.querySelectorAll<HTMLInputElement | HTMLTextAreaElement>("input, textarea")];
  return fields.some((field) => !passing.has(field.type) && isTyped(field)) ? "form" : null;
}

/** A field of a form is sent later, a field in place when it is left; one with an error keeps what could not be saved. */
function isTyped(field: HTMLInputElement | HTMLTextAreaElement): boolean {
  if (field.value === "") return false;
  const isUnsent = field.form !== null && field.value !== field.defaultValue;
  const isLeft = field.ownerDocument.activeElement !== field;
  return isUnsent || !isLeft || field.ariaInvalid === "true";
}

/** Carries the holds of the page to all components below. */
export const HoldsContext = createContext<Holds>();

/** Holds the page as long as the owner lives and `ask` says so; does nothing where nobody updates. */
export function useHold(ask: () => Hold | null): void {
  const holds = useContext(HoldsContext);
  if (holds !== undefined) onCleanup(holds.add(ask));
}
