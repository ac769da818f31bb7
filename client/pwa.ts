// Owns the service worker as the page sees it: registering it, knowing of a new version, changing over to it.
// Never changes over by itself: a new worker waits until the member says so. What is cached is in vite.config.ts.
import { createSignal } from "solid-js";
import type { Accessor } from "solid-js";

/** A new version of the app that waits. */
export type Update = {
  readonly ready: Accessor<boolean>;
  /** Changes over to it and reloads this tab and all others of the app. */
  readonly apply: () => void;
};

const HOUR_MS = 3_600_000;

/** Registers the worker and watches for a new version: when the page is shown again, and every hour. Rule: PW2, PW3. */
export function createUpdate(container: ServiceWorkerContainer, reload: () => void): Update {
  const [waiting, setWaiting] = createSignal<ServiceWorker | null>(null);
  // Hint: the first worker ever also takes control; that is no update and reloads nothing.
  const wasControlled = container.controller !== null;
  let reloading = false;
  container.addEventListener("controllerchange", () => {
    if (!wasControlled || reloading) return;
    reloading = true;
    reload();
  });
  void register(container, setWaiting);
  return { ready: () => waiting() !== null, apply: () => waiting()?.postMessage({ type: "SKIP_WAITING" }) };
}

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
