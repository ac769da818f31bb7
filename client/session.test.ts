// The session of a page against a real server; the browser's cookies are kept by hand.
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { startTestServer } from "../server/testing.ts";
import type { Member, TestServer } from "../server/testing.ts";
import { makeApi } from "./api.ts";
import { createSession, isHere, makeMemory } from "./session.ts";
import type { Account, Memory, Session, User } from "./session.ts";

let server: TestServer;
let owner: Member;
beforeAll(async () => {
  server = await startTestServer();
  owner = await server.owner("sebnem@ornek.com", "Işık Stüdyo");
});
afterAll(() => server.close());

type Browser = { cookie: string; online: boolean };
type Page = { session: Session; browser: Browser; memory: Memory<Account>; left: User[]; calls: string[] };

/** A page in a browser with these cookies. */
function open(cookie: string, memory: Memory<Account> = makeMemory()): Page {
  const browser: Browser = { cookie, online: true };
  const calls: string[] = [];
  const left: User[] = [];
  const api = makeApi({
    identity: { member: () => session.me()?.id ?? null, device: () => "8c0f0d1e-4a53-4b1c-9b59-3f1a1a1a1a1a" },
    online: () => browser.online,
    refused: (type) => session.refused(type),
    fetch: async (path, init) => {
      calls.push(path);
      const headers = new Headers(init.headers);
      headers.set("cookie", browser.cookie);
      headers.set("origin", server.url);
      const response = await fetch(`${server.url}${path}`, { ...init, headers });
      const set = response.headers.getSetCookie().map((line) => line.split(";")[0] ?? "");
      if (set.length > 0) browser.cookie = set.filter((pair) => !pair.endsWith("=")).join("; ");
      return response;
    },
  });
  const session: Session = createSession({
    api,
    memory,
    left: async (user) => void left.push(user),
    here: () => isHere(browser.cookie),
  });
  return { session, browser, memory, left, calls };
}

describe("session", () => {
  it("[UI4] starts with what the server says, and remembers it", async () => {
    const { session, memory } = open(owner.cookie);
    expect(session.state().status).toBe("starting");
    await session.start();
    expect(session.me()).toMatchObject({ email: "sebnem@ornek.com", verified: true });
    expect(session.orgs()).toEqual([{ id: owner.orgId, name: "Işık Stüdyo", role: "owner" }]);
    expect(session.org(owner.orgId)?.role).toBe("owner");
    expect((await memory.load())?.user.id).toBe(owner.userId);
  });

  it("[UI4] without a network starts with what the device remembers", async () => {
    const { memory, session } = open(owner.cookie);
    await session.start();
    const cold = open(owner.cookie, memory);
    cold.browser.online = false;
    await cold.session.start();
    expect(cold.session.me()?.id).toBe(owner.userId);
    expect(cold.calls).toEqual([]);
  });

  it("[UI4] without a session and a memory nobody is signed in, and nothing is asked", async () => {
    const { session, calls } = open("");
    await session.start();
    expect(session.state().status).toBe("signed_out");
    expect(calls).toEqual([]);
  });

  it("[UI4] a session that ended elsewhere ends here, and the device forgets", async () => {
    const memory = makeMemory<Account>();
    const first = open(owner.cookie, memory);
    await first.session.start();
    const { session } = open("lumiso_session=gone; lumiso_here=1", memory);
    await session.start();
    expect(session.state().status).toBe("signed_out");
    expect(await memory.load()).toBeNull();
  });

  it("[UI4] a page of another member than the cookie's is locked until somebody goes on", async () => {
    const other = await server.owner("deniz@ornek.com", "Deniz Stüdyo");
    const page = open(owner.cookie);
    await page.session.start();
    page.browser.cookie = other.cookie;
    await page.session.refresh();
    expect(page.session.state().status).toBe("other_member");
    expect(page.session.me()).toBeNull();
    await page.session.refresh();
    expect(page.session.me()?.id).toBe(other.userId);
  });

  it("[UI4] a change of the name or language stands at once", async () => {
    const { session } = open(owner.cookie);
    await session.start();
    expect((await session.change({ name: "Şebnem Ağaoğlu", locale: "en" })).ok).toBe(true);
    expect(session.me()).toMatchObject({ name: "Şebnem Ağaoğlu", locale: "en" });
  });

  it("[UI4] signing out without a network is refused and changes nothing", async () => {
    const page = open(owner.cookie);
    await page.session.start();
    page.browser.online = false;
    expect(await page.session.signOut("here")).toMatchObject({ ok: false, error: { type: "offline" } });
    expect(page.session.me()?.id).toBe(owner.userId);
    expect(page.left).toEqual([]);
  });

  it("[UI4] signing out tells the store first, forgets, and ends the session on the server", async () => {
    const page = open(owner.cookie);
    await page.session.start();
    expect((await page.session.signOut("everywhere")).ok).toBe(true);
    expect(page.left.map((user) => user.id)).toEqual([owner.userId]);
    expect(page.session.state().status).toBe("signed_out");
    expect(await page.memory.load()).toBeNull();
    const again = open(owner.cookie);
    await again.session.start();
    expect(again.session.state().status).toBe("signed_out");
  });
});
