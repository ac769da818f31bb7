// Owns the service worker as the page sees it: registering it, knowing of a new version, changing over to it.
// Never changes over by itself: a new worker waits until the member says so. What is cached is in vite.config.ts.
import { createContext, createSignal, useContext } from "solid-js";
import type { Accessor } from "solid-js";
import type { Hold } from "./holds.ts";

/** A new version of the app that waits. */
export type Update = {
  readonly ready: Accessor<boolean>;
  /** Why it waits although the member took it; null while nothing is in its way. */
  readonly waitsFor: Accessor<Hold | null>;
  /** True when it was asked for or taken, and is still to come. */
  readonly isComing: Accessor<boolean>;
  /** True when the server no longer takes what this version writes. */
  readonly isOutdated: Accessor<boolean>;
  readonly setOutdated: (isOutdated: boolean) => void;
  /** Changes over as soon as nothing is lost by it, in this tab and in all others of the app. Looks for a version when none waits. */
  readonly apply: () => void;
};

/** The page that changes over. */
export type UpdatePage = {
  readonly reload: () => void;
  /** Why a reload would lose something now. */
  readonly hold: () => Hold | null;
  /** Ends the typing in the field that has the focus, so that it saves itself. */
  readonly leaveField: () => unknown;
  readonly later: (run: () => void, ms: number) => void;
  /** Hears when the page is shown and when it is put aside. */
  readonly onShown: (hear: (isShown: boolean) => void) => void;
};

const HOUR_MS = 3_600_000;

/** How often a page that waits asks whether it may go on. Units: ms. */
const ASK_EVERY_MS = 250;

/** So long the new worker may take: Chromium at times keeps the old one until the page is gone. Units: ms. */
const CHANGE_OVER_MS = 4000;

/** So often in a row nothing may be in the way, because what was typed reaches the queue of the disk a moment later. */
const FREE_TIMES = 2;

/** Registers the worker and watches for a new version: when the page is shown again, and every hour. Rules: PW2, PW3. */
export function createUpdate(container: ServiceWorkerContainer, page: UpdatePage): Update {
  const [waiting, setWaiting] = createSignal<ServiceWorker | null>(null);
  const [hasChanged, setChanged] = createSignal(false);
  const [isOutdated, setOutdated] = createSignal(false);
  const [isWished, setWished] = createSignal(false);
  const [isTold, setTold] = createSignal(false);
  let isReloading = false;
  const reload = (): void => {
    // Hint: the worker often takes over while the page is on its way out; a second reload would begin all over again.
    if (!isReloading) page.reload();
    isReloading = true;
  };
  const change = createChange(page, () => {
    if (hasChanged() || isTold()) return reload();
    waiting()?.postMessage({ type: "SKIP_WAITING" });
    setTold(true);
    page.later(() => hasChanged() || change.want(), CHANGE_OVER_MS);
  });
  const isReady = (): boolean => hasChanged() || waiting() !== null;
  let isControlled = container.controller !== null;
  container.addEventListener("controllerchange", () => {
    // Hint: the first worker ever also takes control; that is no update and reloads nothing.
    if (isControlled) {
      setChanged(true);
      const hold = page.hold();
      // Hint: the disk is a matter of a moment; what somebody has before them is not.
      if (change.isWanted() || hold === null || hold === "disk") change.want();
    }
    isControlled = true;
  });
  const registered = register(container, page, (worker) => {
    setWaiting(worker);
    if (change.isWanted()) change.want();
  });
  page.onShown((isShown) => {
    // Hint: a tab that somebody was typing in when the others changed over follows when nobody looks.
    if (!isShown && hasChanged() && page.hold() === null) change.want();
  });
  const apply = (): void => {
    page.leaveField();
    if (isReady()) return change.want();
    change.wish();
    setWished(true);
    void registered.then((check) => check());
  };
  const isComing = (): boolean => (isWished() && !isReady()) || (isTold() && !hasChanged());
  return { ready: isReady, waitsFor: change.waitsFor, isComing, isOutdated, setOutdated, apply };
}

/** The wish to change over, which waits until nothing holds the page. */
function createChange(page: UpdatePage, run: () => void) {
  const [waitsFor, setWaitsFor] = createSignal<Hold | null>(null);
  let isWanted = false;
  let isAsking = false;
  let free = 0;
  const ask = (): void => {
    const hold = page.hold();
    setWaitsFor(hold);
    free = hold === null ? free + 1 : 0;
    isAsking = free < FREE_TIMES;
    if (isAsking) return page.later(ask, ASK_EVERY_MS);
    free = 0;
    run();
  };
  return {
    waitsFor,
    isWanted: () => isWanted,
    /** Keeps the wish for a version that is still to come. */
    wish: () => {
      isWanted = true;
    },
    want: () => {
      isWanted = true;
      if (!isAsking) ask();
    },
  };
}

/** Answers with a way to look for a new version now. */
async function register(
  container: ServiceWorkerContainer,
  page: UpdatePage,
  found: (worker: ServiceWorker) => void,
): Promise<() => void> {
  const options = { scope: "/", updateViaCache: "none" } as const;
  const registration = await container.register("/sw.js", options).catch((error: unknown) => reportError(error));
  if (registration === undefined) return () => undefined;
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
  page.onShown((isShown) => isShown && check());
  const hourly = (): void => {
    check();
    page.later(hourly, HOUR_MS);
  };
  page.later(hourly, HOUR_MS);
  return check;
}

/** Carries the new version to the bar and to whoever learns that this one is too old. */
export const UpdateContext = createContext<Update | null>(null);

/** The new version of the page; null where there is no worker, as in development. */
export const useUpdate = (): Update | null => useContext(UpdateContext);

/** The page in a browser. */
export function browserUpdatePage(hold: () => Hold | null): UpdatePage {
  return {
    reload: () => location.reload(),
    hold,
    leaveField: () => document.activeElement instanceof HTMLElement && document.activeElement.blur(),
    later: (run, ms) => void setTimeout(run, ms),
    onShown: (hear) => document.addEventListener("visibilitychange", () => hear(!document.hidden)),
  };
}
