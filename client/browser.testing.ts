// Owns what tests of the session stand on: a browser with one cookie jar, one device database and any number of pages.
// Only the browser is a double; the server is real, and so are the pages' session, door and device.
import { IDBFactory, IDBKeyRange } from "fake-indexeddb";
import { Dexie } from "dexie";
import { afterAll, afterEach, beforeAll } from "vitest";
import { startTestServer } from "../server/testing.ts";
import type { Member, TestServer } from "../server/testing.ts";
import { docId } from "../shared/document.ts";
import { makeApi } from "./api.ts";
import type { Api } from "./api.ts";
import { openDevice } from "./device.ts";
import type { Device } from "./device.ts";
import { createSession } from "./page-session.ts";
import { isHere } from "./session.ts";
import type { Session } from "./session.ts";
import { openStudioDb } from "./store/db.ts";
import type { Engine } from "./store/db.ts";
import { sweep } from "./sweep.ts";
import { openTabs } from "./tabs.ts";
import type { Tabs } from "./tabs.ts";

/** One browser. `jar` holds its cookies; `calls` what all its pages asked for. */
export type TestBrowser = {
  readonly engine: Engine;
  jar: string;
  online: boolean;
  readonly calls: string[];
  readonly fetch: typeof fetch;
  readonly page: () => Promise<TestPage>;
  readonly close: () => void;
};

/** One page; `restarts` counts how often it wanted to be loaded anew. */
export type TestPage = {
  readonly session: Session;
  readonly api: Api;
  readonly device: Device;
  readonly tabs: Tabs;
  restarts: number;
};

/** Makes a browser with the cookies of a member, or with none. Each browser has its own channel between tabs. */
export function openTestBrowser(url: string, cookie = ""): TestBrowser {
  const indexedDB = new IDBFactory();
  // Hint: Dexie's liveQuery looks for an engine of the page, which Node does not have.
  Dexie.dependencies.indexedDB = indexedDB;
  const engine = { indexedDB, IDBKeyRange };
  const channels: BroadcastChannel[] = [];
  const name = `lumiso-${crypto.randomUUID()}`;
  const openChannel = (): BroadcastChannel => {
    const channel = new BroadcastChannel(name);
    channels.push(channel);
    return channel;
  };
  const browser: TestBrowser = {
    engine,
    jar: cookie,
    online: true,
    calls: [],
    fetch: async (input, init) => {
      const { pathname, search } = new URL(input instanceof Request ? input.url : input, url);
      browser.calls.push(`${init?.method ?? "GET"} ${pathname}${search}`);
      if (!browser.online) throw new TypeError("fetch failed");
      const headers = new Headers(init?.headers);
      headers.set("cookie", browser.jar);
      headers.set("origin", url);
      const response = await fetch(url + pathname + search, { ...init, headers });
      const set = response.headers.getSetCookie().map((line) => line.split(";")[0] ?? "");
      if (set.length > 0) browser.jar = set.filter((pair) => !pair.endsWith("=")).join("; ");
      return response;
    },
    page: async () => openPage(browser, openTabs(openChannel)),
    close: () => {
      for (const channel of channels) channel.close();
    },
  };
  return browser;
}

/** Hint: an edge of the page; a test must not pass over what reaches it. */
const fail = (error: unknown): void => {
  queueMicrotask(() => {
    throw error;
  });
};

async function openPage(browser: TestBrowser, tabs: Tabs): Promise<TestPage> {
  const device = await openDevice(fail, browser.engine);
  const api = makeApi({
    identity: { member: () => session.member(), device: () => device.id },
    online: () => browser.online,
    refused: (type, why) => session.refused(type, why),
    fetch: (path, init) => browser.fetch(path, init),
  });
  const session: Session = createSession({
    api,
    memory: device.memory,
    leaving: device.leaving,
    tabs,
    restart: () => {
      page.restarts += 1;
    },
    heard: (account) => sweep({ api, device }, account),
    onFailure: fail,
    here: () => isHere(browser.jar),
  });
  const page: TestPage = { session, api, device, tabs, restarts: 0 };
  return page;
}

/** A real server, another member on it, and browsers that are closed after each test. */
export type BrowserStage = {
  readonly server: () => TestServer;
  /** A member who is signed in nowhere. */
  readonly other: () => Member;
  readonly open: (cookie?: string) => TestBrowser;
  /** A browser in which a new member is signed in, with its first page started. */
  readonly signedIn: () => Promise<{ browser: TestBrowser; page: TestPage; member: Member }>;
};

/** Sets the stage for the tests of one file. */
export function setBrowserStage(): BrowserStage {
  let made: { readonly server: TestServer; readonly other: Member } | null = null;
  const browsers: TestBrowser[] = [];
  let count = 0;
  const stage = () => {
    if (made === null) throw new Error("the stage stands only while tests run");
    return made;
  };
  beforeAll(async () => {
    const server = await startTestServer();
    made = { server, other: await server.owner("deniz@ornek.com", "Deniz Stüdyo") };
  });
  afterEach(() => {
    for (const browser of browsers.splice(0)) browser.close();
  });
  afterAll(() => made?.server.close());

  const open = (cookie = ""): TestBrowser => {
    const browser = openTestBrowser(stage().server.url, cookie);
    browsers.push(browser);
    return browser;
  };
  const signedIn = async () => {
    count += 1;
    const member = await stage().server.owner(`sebnem${count}@ornek.com`, "Işık Stüdyo");
    const browser = open(member.cookie);
    const page = await browser.page();
    await page.session.start();
    return { browser, page, member };
  };
  return { server: () => stage().server, other: () => stage().other, open, signedIn };
}

/** Puts data of a member on the browser's disk. */
export async function fillDisk({ engine }: TestBrowser, user: string, org = "org"): Promise<void> {
  const db = openStudioDb({ user, org }, engine);
  await db.updates.add({ doc: docId("studio"), update: new Uint8Array([1]), at: 1, unsent: 1, change: "a" });
  db.close();
}

/** The names of all databases of a browser. */
export const databasesOf = async ({ engine }: TestBrowser): Promise<string[]> =>
  (await engine.indexedDB.databases()).map(({ name }) => name ?? "").toSorted();
