// Whose the files are that were shared with the app, where members take turns at one browser, against a real server.
import { afterAll, afterEach, beforeAll, expect, it, vi } from "vitest";
import { startTestServer } from "../server/testing.ts";
import type { Member, TestServer } from "../server/testing.ts";
import { openTestBrowser } from "./browser.testing.ts";

let server: TestServer;
let ada: Member;
let eda: Member;
beforeAll(async () => {
  server = await startTestServer();
  ada = await server.owner("ada@example.com");
  eda = await server.invite(ada, "eda@example.com", "assistant");
});
afterEach(() => {
  vi.unstubAllGlobals();
});
afterAll(() => server.close());

it("[PW8] files that were shared with one member are gone when another one signs in, and wait for who signs in first", async () => {
  const dropped: string[] = [];
  // Hint: Node has no such storage; what the browser is asked for is all that counts here.
  vi.stubGlobal("caches", { delete: async (name: string) => dropped.push(name) > 0 });
  const browser = openTestBrowser(server.url, ada.cookie);
  const page = await browser.page();
  await page.session.start();
  await page.session.refresh();
  expect(page.session.me()?.id).toBe(ada.userId);
  expect(dropped).toEqual([]);
  browser.jar = eda.cookie;
  const other = await browser.page();
  expect((await other.session.arrive()).ok).toBe(true);
  expect(dropped).toEqual(["lumiso-shared"]);
  browser.close();
});
