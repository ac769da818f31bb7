// Owns the service worker as the page sees it: registering it, knowing of a new version, changing over to it.
// Never changes over by itself: a new worker waits until the member says so. What is cached is in vite.config.ts.
import { createSignal } from "solid-js";
import type { Accessor } from "solid-js";

/** A new version of the app that waits. */
export type Update = {
  readonly ready: Accessor<boolean>;
  /** Changes over to it and reloads this tab and all others of the app that nobody is typing in. */
  readonly apply: () => void;
};

/** The page that changes over; `busy` tells whether a reload would lose what was typed into a form. */
export type UpdatePage = { readonly reload: () => void; readonly busy: () => boolean };

const HOUR_MS = 3_600_000;

/** Registers the worker and watches for a new version: when the page is shown again, and every hour. Rule: PW2, PW3. */
export function createUpdate(container: ServiceWorkerContainer, page: UpdatePage): Update {
  const [waiting, setWaiting] = createSignal<ServiceWorker | null>(null);
  const [changed, setChanged] = createSignal(false);
  let controlled = container.controller !== null;
  container.addEventListener("controllerchange", () => {
    // Hint: the first worker ever also takes control; that is no update and reloads nothing.
    if (controlled && !page.busy()) page.reload();
    else if (controlled) setChanged(true);
    controlled = true;
  });
  void register(container, setWaiting);
  const apply = (): void => {
    if (changed()) page.reload();
    else waiting()?.postMessage({ type: "SKIP_WAITING" });
  };
  return { ready: () => changed() || waiting() !== null, apply };
}

/** Tells whether somebody has typed into a form of the page without sending it. */
export const hasTypedForm = (): boolean =>
  [...document.querySelectorAll<HTMLInputElement>("form input, form textarea")].some(
    (field) => field.value !== field.defaultValue,
  );

async function register(container: ServiceWorkerContainer, found: (worker: ServiceWorker) => void): Promise<void> {
  const registration = await container.register("/sw.js", { scope: "/", updateViaCache: "none" }).catch(reportError);
  if (registration === undefined) return;
  const look = (): void => {
    // Hint: without a controller the waiting worker is the first one, and nothing older is on the page.
    if (registration.waiting !== null && container.controller !== null) found(registration.waiting);
  };
  look();
  registration.addEventListener("updatefound", () => {
    registration.installing?.addEventListener("statechange", look);
  });
  // Hint: without a network the check fails; the next one will do.
  const check = (): void => void registration.update().catch(() => undefined);
  document.addEventListener("visibilitychange", () => document.visibilityState === "visible" && check());
  setInterval(check, HOUR_MS);
}
