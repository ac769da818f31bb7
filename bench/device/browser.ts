// Owns the device: a real Chromium with a profile on disk, slowed down, with the probe in its page.
// Never starts a server and never judges a figure.
import { chromium } from "@playwright/test";
import type { BrowserContext, CDPSession, Page } from "@playwright/test";
import config from "../../e2e/playwright.config.ts";
import { installProbe } from "./probe.ts";
import type { Answer, Wish } from "./probe.ts";
import { owner } from "./studio.ts";

/** A page of a device that is measured. */
export type Device = {
  readonly context: BrowserContext;
  readonly page: Page;
  readonly cdp: CDPSession;
  readonly close: () => Promise<void>;
};

export type DeviceOptions = {
  /** The folder of the profile: the same one again is the same device. */
  readonly profile: string;
  /** How many times slower the main thread runs; 1 leaves it as it is. */
  readonly slow: number;
  /** The start clicks its first row. */
  readonly clicks?: true;
};

const VIEWPORT = { width: 1440, height: 900 };

/** Opens the browser of a device, with an empty page. */
export async function openDevice({ profile, slow, clicks }: DeviceOptions): Promise<Device> {
  const context = await chromium.launchPersistentContext(profile, {
    ...config.use?.launchOptions,
    viewport: VIEWPORT,
    locale: "tr-TR",
    timezoneId: "Europe/Istanbul",
  });
  await context.addInitScript(installProbe, { clicks: clicks === true });
  const page = context.pages()[0] ?? (await context.newPage());
  const cdp = await context.newCDPSession(page);
  await slowDown({ cdp }, slow);
  return { context, page, cdp, close: () => context.close() };
}

/** Slows the main thread of a device down. Hint: a slowed thread that idles keeps a core busy, so only who is measured is slowed. */
export async function slowDown({ cdp }: Pick<Device, "cdp">, slow: number): Promise<void> {
  await cdp.send("Emulation.setCPUThrottlingRate", { rate: slow });
}

/** Signs the device in as the studio's owner, without a page; answers with the address of the list of people. */
export async function signIn({ context }: Device, url: string): Promise<string> {
  const { email, password } = owner;
  const answer = await context.request.post(`${url}/api/auth/sign-in`, { data: { email, password } });
  if (!answer.ok()) throw new Error(`sign-in: ${answer.status()}`);
  const me: { orgs: { id: string }[] } = await (await context.request.get(`${url}/api/auth/me`)).json();
  return `${url}/o/${me.orgs[0]?.id ?? ""}/people`;
}

/** Makes one input and answers with how long it took until what was wished stood there. */
export async function measure(page: Page, wish: Wish, input: () => Promise<void>): Promise<Answer> {
  await page.evaluate((wished) => globalThis.probe.arm(wished), wish);
  await input();
  return page.evaluate(() => globalThis.probe.answer());
}

/** What JavaScript holds in the page and its web workers, after a collection. Units: megabytes (10⁶ bytes). */
export async function heapOf({ cdp }: Device): Promise<number> {
  await cdp.send("HeapProfiler.collectGarbage");
  const { usedSize } = await cdp.send("Runtime.getHeapUsage");
  const workers = await heapsOfWorkers(cdp);
  return workers.reduce((sum, each) => sum + each, usedSize) / 1e6;
}

/** Hint: a worker is a target of its own; not flattened, so that Playwright's own sessions stay apart. */
async function heapsOfWorkers(cdp: CDPSession): Promise<number[]> {
  const sessions: string[] = [];
  const attached = ({ sessionId }: { sessionId: string }): void => void sessions.push(sessionId);
  cdp.on("Target.attachedToTarget", attached);
  await cdp.send("Target.setAutoAttach", { autoAttach: true, waitForDebuggerOnStart: false, flatten: false });
  const heaps = await Promise.all(sessions.map((session) => heapOfWorker(cdp, session)));
  await cdp.send("Target.setAutoAttach", { autoAttach: false, waitForDebuggerOnStart: false, flatten: false });
  cdp.off("Target.attachedToTarget", attached);
  return heaps;
}

async function heapOfWorker(cdp: CDPSession, sessionId: string): Promise<number> {
  const ask = (id: number, method: string): Promise<string> =>
    new Promise((resolve, reject) => {
      const hear = ({ sessionId: from, message }: { sessionId: string; message: string }): void => {
        if (from !== sessionId || !message.startsWith(`{"id":${id},`)) return;
        cdp.off("Target.receivedMessageFromTarget", hear);
        resolve(message);
      };
      cdp.on("Target.receivedMessageFromTarget", hear);
      cdp.send("Target.sendMessageToTarget", { sessionId, message: JSON.stringify({ id, method }) }).catch(reject);
    });
  await ask(1, "HeapProfiler.collectGarbage");
  const answer: { result: { usedSize: number } } = JSON.parse(await ask(2, "Runtime.getHeapUsage"));
  return answer.result.usedSize;
}
