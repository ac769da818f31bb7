import { readFile, readdir } from "node:fs/promises";
import { join } from "node:path";
import { sql } from "kysely";
import { afterEach, describe, expect, it } from "vitest";
import { truncateAddresses } from "./sign-in-log.ts";
import { TEST_PASSWORD, createBrowser, createTestAccount, createTestAuth, tokenOfLink } from "./testing.ts";
import type { TestAuth } from "./testing.ts";

const DAY = 24 * 60 * 60_000;

let open: TestAuth | undefined;
async function setup(): Promise<TestAuth> {
  open = await createTestAuth();
  return open;
}
afterEach(async () => {
  await open?.close();
  open = undefined;
});

const entries = ({ auth }: TestAuth): Promise<{ event: string; user_id: string | null }[]> =>
  auth.db.selectFrom("sign_ins").select(["event", "user_id"]).orderBy("id").execute();

describe("sign-in log", () => {
  it("[AU15] R15: holds exactly what happened, in order", async () => {
    const test = await setup();
    const browser = createBrowser(test);
    const email = "ayse@example.test";
    const form = { email, password: TEST_PASSWORD, name: "Ayşe", studio: "Işık" };
    const { userId } = (await (await browser.post("/api/auth/sign-up", form)).json()) as { userId: string };
    await browser.post("/api/auth/verify", { token: tokenOfLink((await test.links())[0]) });
    await browser.post("/api/auth/sign-out");
    await browser.post("/api/auth/sign-in", { email, password: "yanlış parola" });
    await browser.post("/api/auth/sign-in", { email: "nobody@example.test", password: "yanlış parola" });
    await browser.post("/api/auth/sign-in", { email, password: TEST_PASSWORD });
    test.clock.advance(16 * DAY);
    await browser.get("/api/auth/me");
    const change = { currentPassword: TEST_PASSWORD, newPassword: "yepyeni bir parola" };
    await browser.post("/api/auth/password", change);
    await browser.post("/api/auth/reset-request", { email });
    const token = tokenOfLink((await test.links()).at(-1));
    await browser.post("/api/auth/reset", { token, password: TEST_PASSWORD });
    await browser.post("/api/auth/sign-in", { email, password: TEST_PASSWORD });
    await browser.post("/api/auth/sign-out-all");
    for (let count = 0; count < 12; count += 1) await browser.post("/api/auth/sign-in", { email, password: "yanlış" });
    const failures = Array.from({ length: 10 }, () => ["failure", userId]);
    expect((await entries(test)).map((entry) => [entry.event, entry.user_id])).toEqual([
      ["success", userId],
      ["verified", userId],
      ["sign_out", userId],
      ["failure", userId],
      ["failure", null],
      ["success", userId],
      ["refresh", userId],
      ["password_changed", userId],
      ["password_reset", userId],
      ["success", userId],
      ["sign_out_all", userId],
      ...failures,
      ["lockout", userId],
    ]);
  });

  it("[AU15] never holds the address that was typed", async () => {
    const test = await setup();
    await createBrowser(test).post("/api/auth/sign-in", { email: "nobody@example.test", password: "yanlış parola" });
    expect(JSON.stringify(await test.auth.db.selectFrom("sign_ins").selectAll().execute())).not.toContain("nobody");
  });

  it("[AU17] R16: is the only place with an address, whole for 90 days and then its network", async () => {
    const test = await setup();
    const account = await createTestAccount(test.auth);
    const sendFrom = async (address: string): Promise<void> => {
      const browser = createBrowser(test, { address, agent: "x".repeat(500) });
      await browser.post("/api/auth/sign-in", { email: account.email, password: TEST_PASSWORD });
      await browser.post("/api/auth/reset-request", { email: account.email });
    };
    await sendFrom("203.0.113.77");
    await sendFrom("2001:db8:aa:bb::77");
    expect(await tablesWith(test, "203.0.113.77")).toEqual(["sign_ins"]);
    expect(await tablesWith(test, "2001:db8:aa:bb::77")).toEqual(["sign_ins"]);
    expect(await tablesWith(test, "x".repeat(201))).toEqual([]);
    test.clock.advance(90 * DAY - 1);
    expect(await truncateAddresses(test.auth.db, test.clock.now())).toBe(0);
    test.clock.advance(1);
    expect(await truncateAddresses(test.auth.db, test.clock.now())).toBe(2);
    expect(await truncateAddresses(test.auth.db, test.clock.now())).toBe(0);
    const ips = await test.auth.db.selectFrom("sign_ins").select("ip").where("ip", "is not", null).execute();
    expect(ips.map(({ ip }) => ip)).toEqual(["203.0.113.0/24", "2001:db8:aa::/48"]);
    expect(await filesWith(test, "203.0.113.77")).toEqual([]);
  });
});

async function tablesWith({ auth }: TestAuth, needle: string): Promise<string[]> {
  const tables = await auth.db.introspection.getTables();
  const found: string[] = [];
  for (const { name } of tables) {
    const { rows } = await sql`SELECT * FROM ${sql.table(name)}`.execute(auth.db);
    if (JSON.stringify(rows).includes(needle)) found.push(name);
  }
  return found;
}

// After the log is moved into the file, deleted bytes are overwritten: nothing of the whole address may be left.
async function filesWith({ auth, folder }: TestAuth, needle: string): Promise<string[]> {
  await sql`PRAGMA wal_checkpoint(TRUNCATE)`.execute(auth.db);
  const names = (await readdir(folder)).filter((name) => name.startsWith("main.db"));
  const contents = await Promise.all(names.map((name) => readFile(join(folder, name), "latin1")));
  return names.filter((_, index) => contents[index]?.includes(needle));
}
