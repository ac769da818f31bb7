// Owns the clock inside the page: when an input arrived, and when what it asked for stood in a painted frame.
// Runs in the browser, installed before the page's own code. Reads the page as a user sees it and never changes it.

/** What an input is answered by. */
export type Wish = {
  /** The event whose own time stamp starts the clock. */
  readonly event: "click" | "keydown" | "input";
  /** `frame`: the next painted frame; `quiet`: the last change of the page before so many ms without any; else what must stand. */
  readonly until:
    | { readonly kind: "frame" }
    | { readonly kind: "quiet"; readonly ms: number }
    | { readonly kind: "person"; readonly name: string; readonly sections: readonly string[] }
    | { readonly kind: "pressed"; readonly label: string }
    | { readonly kind: "message" };
};

/** Units: ms. `busy` is what the main thread worked for it, without waiting for the display's tick. */
export type Answer = { readonly painted: number; readonly seen: number; readonly busy: number };

/** A start of the page. Units: ms since the navigation began. */
export type Start = { readonly rows: number; readonly answered: number };

export type Probe = {
  /** Resolves when the list has shown its first rows and answered a click on one of them. */
  readonly started: Promise<Start>;
  /** Waits for the next input and what it is answered by. */
  readonly arm: (wish: Wish) => void;
  readonly answer: () => Promise<Answer>;
  /** Holds what the driver waits for later. */
  readonly keep: (value: Promise<number>) => void;
  readonly kept: () => Promise<number>;
  /** The longest task of the main thread since the last call. Units: ms; 0 when none was above 50. */
  readonly takeLongest: () => number;
};

declare global {
  // Hint: a global of the measured page, which only `var` declares.
  var probe: Probe;
}

/** Installs the probe; passed to the page as source, so that it stands on nothing outside itself. */
export function installProbe({ clicks }: { readonly clicks: boolean }): void {
  const channel = new MessageChannel();
  const afterPaint: (() => void)[] = [];
  channel.port1.addEventListener("message", () => afterPaint.shift()?.());
  channel.port1.start();
  const task = (): Promise<void> =>
    new Promise((resolve) => {
      afterPaint.push(resolve);
      channel.port2.postMessage(null);
    });
  const frame = (): Promise<number> =>
    new Promise((resolve) => requestAnimationFrame(() => resolve(performance.now())));
  /** Hint: a message posted in a frame is handled after that frame was painted. */
  const painted = async (): Promise<{ begin: number; end: number }> => {
    const begin = await frame();
    await task();
    return { begin, end: performance.now() };
  };

  const find = (selector: string, text: string): boolean =>
    [...document.querySelectorAll(selector)].some((element) => element.textContent?.trim() === text);
  const heading = (): Element | null => document.querySelector("main h2");
  /** The heading of whoever is open when an input is awaited: people of one name stand side by side in the list. */
  let before: Element | null = null;
  const stands = (until: Wish["until"]): boolean => {
    if (until.kind === "person")
      return (
        heading() !== before && find("main h2", until.name) && until.sections.every((title) => find("main h3", title))
      );
    if (until.kind === "pressed") return find("main [role=group] [aria-pressed=true]", until.label);
    if (until.kind === "message") return document.querySelector("section[aria-live] p") !== null;
    return true;
  };
  const change = (): Promise<void> =>
    new Promise((resolve) => {
      const watcher = new MutationObserver(() => {
        watcher.disconnect();
        resolve();
      });
      watcher.observe(document, { subtree: true, childList: true, attributes: true, characterData: true });
    });

  /** The last painted change before a silence. */
  const quiet = async (ms: number): Promise<number> => {
    let last = performance.now();
    const watcher = new MutationObserver(() => void painted().then(({ end }) => (last = end)));
    watcher.observe(document.body, { subtree: true, childList: true, attributes: true, characterData: true });
    while (performance.now() - last < ms) await new Promise((resolve) => setTimeout(resolve, 20));
    watcher.disconnect();
    return last;
  };
  const answerTo = async ({ until }: Wish, from: number): Promise<Answer> => {
    // Hint: this listener came first; the page's own run before the task that follows.
    const begun = performance.now();
    if (until.kind === "quiet") {
      const end = await quiet(until.ms);
      return { painted: end - from, seen: end - from, busy: 0 };
    }
    await Promise.resolve();
    const handled = task().then(() => performance.now() - begun);
    while (!stands(until)) await change();
    const seen = performance.now() - from;
    const { begin, end } = await painted();
    return { painted: end - from, seen, busy: (await handled) + end - begin };
  };

  let armed: Promise<Answer> = Promise.reject(new Error("nothing was asked"));
  armed.catch(() => undefined);
  const arm = (wish: Wish): void => {
    before = heading();
    armed = new Promise((resolve, reject) => {
      const hear = ({ timeStamp }: Event): void => void answerTo(wish, timeStamp).then(resolve, reject);
      document.addEventListener(wish.event, hear, { capture: true, once: true });
    });
  };

  let kept: Promise<number> = Promise.resolve(0);
  let longest = 0;
  new PerformanceObserver((list) => {
    for (const { duration } of list.getEntries()) longest = Math.max(longest, duration);
  }).observe({ type: "longtask", buffered: true });

  const firstRow = (): HTMLElement | null => document.querySelector<HTMLElement>("main [data-row]:not(:empty)");
  const start = async (): Promise<Start> => {
    while ((firstRow()?.textContent ?? "") === "") await change();
    const { end: rows } = await painted();
    if (!clicks) return { rows, answered: rows };
    firstRow()?.click();
    while (firstRow()?.getAttribute("aria-current") !== "true") await change();
    return { rows, answered: (await painted()).end };
  };
  globalThis.probe = {
    started: start(),
    arm,
    answer: () => armed,
    keep: (value) => void (kept = value),
    kept: () => kept,
    takeLongest: () => {
      const taken = longest;
      longest = 0;
      return taken;
    },
  };
}
