// Owns whether the browser says that there is a network. Never whether the server answers: a call finds that out.
import { createSignal, onCleanup } from "solid-js";
import type { Accessor } from "solid-js";

/** Creates a signal that follows the network; false means that a call need not be tried. */
export function createOnline(): Accessor<boolean> {
  const [online, setOnline] = createSignal(navigator.onLine);
  const follow = (): void => void setOnline(navigator.onLine);
  addEventListener("online", follow);
  addEventListener("offline", follow);
  onCleanup(() => {
    removeEventListener("online", follow);
    removeEventListener("offline", follow);
  });
  return online;
}
