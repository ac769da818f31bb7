// Owns controls that are made when they are first used: a plain button stands in their place, and what was pressed on it goes on
// to the real one. A screen with ten lists makes ten buttons. Never draws and never knows what the control does.
import { createSignal } from "solid-js";
import type { Accessor } from "solid-js";

/** Keys that a closed list or menu answers to by more than a press. */
const movingKeys = new Set(["ArrowDown", "ArrowUp", "ArrowLeft", "ArrowRight"]);

export type Wake = {
  /** True from the first use on. */
  readonly isAwake: Accessor<boolean>;
  readonly onClick: () => void;
  readonly onKeyDown: (event: KeyboardEvent) => void;
  /** Gives the real button what woke it, with the focus; called by it when it stands. */
  readonly handOver: (button: HTMLElement | undefined) => void;
};

/** Creates the place of a control; a press opens it, arrows and letters do what they do on a closed one. */
export function createWake(): Wake {
  const [isAwake, setAwake] = createSignal(false);
  let key = "Enter";
  const wake = (by: string): void => {
    key = by;
    setAwake(true);
  };
  return {
    isAwake,
    onClick: () => wake("Enter"),
    onKeyDown: (event) => {
      const isLetter = event.key.length === 1 && event.key !== " ";
      if (event.ctrlKey || event.metaKey || event.altKey || event.isComposing) return;
      if (!movingKeys.has(event.key) && !isLetter) return;
      event.preventDefault();
      event.stopPropagation();
      wake(event.key);
    },
    handOver: (button) => {
      button?.focus({ preventScroll: true });
      button?.dispatchEvent(new KeyboardEvent("keydown", { key, bubbles: true, cancelable: true }));
    },
  };
}
