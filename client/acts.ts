// Owns how a screen acts: through the store, with an undo bar for what was done and a sentence for what was not.
// Never asks before a reversible act (interface.md U4) and never writes by itself.
import type { Result } from "../shared/result.ts";
import { useActErrorText } from "./i18n/acts.ts";
import type { ActError, Done } from "./store/act.ts";
import type { DocCall } from "./store/history.ts";
import { useStore } from "./store/use.tsx";
import { useToasts } from "./ui/toasts.ts";

/** What is said of an act; without `done` nothing is said when it succeeds. */
export type ActWords = {
  readonly done?: string;
  /** Calls that take the act back where it has no inverse, such as the trash for a new person. */
  readonly undo?: readonly DocCall[];
  /** Leaves it to the caller to show what is wrong with the arguments. */
  readonly showsInvalid?: true;
};

export type ActNow = (calls: readonly DocCall[], words?: ActWords) => Promise<Result<Done, ActError>>;

/** Acts and tells. The undo bar stands where there is something to take back. Rule: PE8. */
export function useAct(): ActNow {
  const store = useStore();
  const toasts = useToasts();
  const errorText = useActErrorText();
  const tellError = (error: ActError): void => {
    // Hint: that the device is full is said once, by the bar above the screens.
    if (error.type === "not_stored" && store.db.disk.isFull()) return;
    toasts.show({ text: errorText(error), tone: "danger" });
  };
  const undoLater = async (calls: readonly DocCall[]): Promise<void> => {
    const result = await store.act(calls);
    if (!result.ok) tellError(result.error);
  };
  return async (calls, { done, undo, showsInvalid } = {}) => {
    const result = await store.act(calls);
    if (!result.ok) {
      if (!showsInvalid || result.error.type !== "invalid") tellError(result.error);
      return result;
    }
    const back = undo ?? result.value.undo;
    if (done !== undefined)
      toasts.show({ text: done, ...(back.length === 0 ? {} : { undo: () => void undoLater(back) }) });
    return result;
  };
}
