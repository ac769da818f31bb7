import * as fc from "fast-check";
import { afterEach, describe, expect, it } from "vitest";
import { roles } from "../../policy/roles.ts";
import type { Role } from "../../policy/roles.ts";
import { memberColours } from "./memberships.ts";
import { createBrowser, createTestAccount, createTestAuth, errorOf } from "./testing.ts";
import type { TestAccount, TestAuth } from "./testing.ts";

let open: TestAuth | undefined;
async function setup(): Promise<TestAuth> {
  open = await createTestAuth();
  return open;
}
afterEach(async () => {
  await open?.close();
  open = undefined;
});

type Team = { test: TestAuth; owner: TestAccount; join: (role: Role, name?: string) => Promise<TestAccount> };

async function setupTeam(): Promise<Team> {
  const test = await setup();
  const owner = await createTestAccount(test.auth);
  const join: Team["join"] = (role, name = "Mehmet Demir") =>
    createTestAccount(test.auth, { orgId: owner.orgId, role, name });
  return { test, owner, join };
}

const memberPath = ({ orgId, userId }: TestAccount): string => `/api/orgs/${orgId}/members/${userId}`;

const setRole = (test: TestAuth, by: TestAccount, to: { member: TestAccount; role: string }): Promise<Response> =>
  createBrowser(test, by).send("PATCH", memberPath(to.member), { body: { role: to.role } });

const remove = (test: TestAuth, by: TestAccount, member: TestAccount): Promise<Response> =>
  createBrowser(test, by).send("DELETE", memberPath(member));

type ListedMember = { userId: string; name: string; colour: string; role: Role; active: boolean; email?: string };
const members = async (test: TestAuth, by: TestAccount): Promise<ListedMember[]> =>
  ((await (await createBrowser(test, by).get(`/api/orgs/${by.orgId}/members`)).json()) as { members: ListedMember[] })
    .members;

const typeOf = async (answer: Promise<Response>): Promise<string> => (await errorOf(await answer)).type;

describe("members", () => {
  it.each(roles)("[TE4] are listed for a %s; contacts only for oneself, owners and managers", async (role) => {
    const { test, owner, join } = await setupTeam();
    const viewer = await join(role);
    const other = await join("photographer");
    const listed = await members(test, viewer);
    expect(listed.map((member) => member.userId).toSorted()).toEqual(
      [owner.userId, viewer.userId, other.userId].toSorted(),
    );
    const withEmail = listed.filter((member) => "email" in member && "phone" in member).map((member) => member.userId);
    const seesAll = role === "owner" || role === "manager";
    expect(withEmail).toEqual(seesAll ? listed.map((member) => member.userId) : [viewer.userId]);
    const { colour, ...rest } = listed.find((member) => member.userId === owner.userId) ?? { colour: "" };
    expect(colour).toMatch(/^#[0-9A-F]{6}$/);
    expect(rest).toMatchObject({ name: "Ayşe Yılmaz", role: "owner", active: true });
  });

  it("[TE4] stay listed when they have left", async () => {
    const { test, owner, join } = await setupTeam();
    const member = await join("assistant");
    await remove(test, owner, member);
    expect(await members(test, owner)).toContainEqual(
      expect.objectContaining({ userId: member.userId, name: "Mehmet Demir", role: "assistant", active: false }),
    );
  });

  it("[TE10] have different colours while there are enough, and leave theirs to the next", async () => {
    const { test, owner, join } = await setupTeam();
    const joined = [owner];
    for (let count = 1; count < memberColours.length; count += 1) joined.push(await join("viewer"));
    const colours = (await members(test, owner)).map((member) => member.colour);
    expect(new Set(colours).size).toBe(memberColours.length);
    const [, second] = joined;
    if (second === undefined) throw new Error("nobody joined");
    const freed = (await members(test, owner)).find((member) => member.userId === second.userId)?.colour;
    await remove(test, owner, second);
    const next = await join("viewer");
    expect((await members(test, owner)).find((member) => member.userId === next.userId)?.colour).toBe(freed);
  });
});

describe("roles", () => {
  it("[TE8] are changed and ended by owners only; everybody may leave", async () => {
    const { test, owner, join } = await setupTeam();
    const target = await join("viewer");
    for (const role of roles.filter((one) => one !== "owner")) {
      const member = await join(role);
      expect(await typeOf(setRole(test, member, { member: target, role: "manager" }))).toBe("forbidden");
      expect(await typeOf(setRole(test, member, { member, role: "owner" }))).toBe("forbidden");
      expect(await typeOf(remove(test, member, target))).toBe("forbidden");
      expect((await remove(test, member, member)).status).toBe(204);
    }
    expect((await setRole(test, owner, { member: target, role: "manager" })).status).toBe(204);
    expect((await remove(test, owner, target)).status).toBe(204);
  });

  it("[TE6] hold from the next request on, raise access and are told", async () => {
    const { test, owner, join } = await setupTeam();
    const member = await join("viewer");
    const { userId, orgId } = member;
    const standing = (): ReturnType<typeof test.auth.sessions.membership> =>
      test.auth.sessions.membership(userId, orgId);
    expect(await standing()).toMatchObject({ role: "viewer", access: 1 });
    await setRole(test, owner, { member, role: "assistant" });
    expect(await standing()).toMatchObject({ role: "assistant", access: 2 });
    await setRole(test, owner, { member, role: "assistant" });
    expect(await standing()).toMatchObject({ role: "assistant", access: 2 });
    await remove(test, owner, member);
    expect(await standing()).toBeNull();
    expect(await typeOf(createBrowser(test, member).get(`/api/orgs/${orgId}/members`))).toBe("not_found");
    const told = { type: "access", org: orgId, member: userId };
    expect(test.events).toEqual([told, told]);
  });

  it("[TE5] leave at least one owner", async () => {
    const { test, owner, join } = await setupTeam();
    expect(await typeOf(remove(test, owner, owner))).toBe("last_owner");
    expect(await typeOf(setRole(test, owner, { member: owner, role: "viewer" }))).toBe("last_owner");
    const second = await join("manager");
    await setRole(test, owner, { member: second, role: "owner" });
    expect((await setRole(test, owner, { member: owner, role: "manager" })).status).toBe(204);
    expect(await typeOf(remove(test, second, second))).toBe("last_owner");
  });

  it("[TE5] leave an owner when two owners remove each other at once", async () => {
    const { test, owner, join } = await setupTeam();
    const second = await join("owner");
    const answers = await Promise.all([
      remove(test, owner, second),
      remove(test, second, owner),
      setRole(test, owner, { member: owner, role: "viewer" }),
      setRole(test, second, { member: second, role: "viewer" }),
    ]);
    expect(answers.filter((answer) => answer.ok)).toHaveLength(1);
    const owners = await test.auth.db
      .selectFrom("memberships")
      .select("user_id")
      .where("role", "=", "owner")
      .where("ended_at", "is", null)
      .execute();
    expect(owners).toHaveLength(1);
  });

  it("[ED1] are one of the list", async () => {
    const { test, owner, join } = await setupTeam();
    const member = await join("viewer");
    const answer = await setRole(test, owner, { member, role: "admin" });
    expect([answer.status, (await errorOf(answer)).fields]).toEqual([422, ["role"]]);
  });

  it("[TE6] R06: the history is append-only while the studio stands, and goes with it", async () => {
    const { test, owner } = await setupTeam();
    const { db } = test.auth;
    await expect(db.updateTable("role_changes").set({ role: "viewer" }).execute()).rejects.toThrow("append-only");
    await expect(db.deleteFrom("role_changes").execute()).rejects.toThrow("append-only");
    await db.deleteFrom("organisations").where("id", "=", owner.orgId).execute();
    expect(await db.selectFrom("role_changes").selectAll().execute()).toEqual([]);
  });

  it("[TE6] R06: a member's right at any time is what the history says of that time", async () => {
    const { test, owner, join } = await setupTeam();
    const { db } = test.auth;
    const step = fc.option(fc.constantFrom(...roles), { nil: null });
    await fc.assert(
      fc.asyncProperty(fc.array(step, { maxLength: 8 }), async (steps) => {
        const member = await join("viewer");
        const decisions = [{ at: test.auth.now(), role: "viewer" as Role | null }];
        for (const role of steps) {
          test.clock.advance(1000);
          await (role === null ? remove(test, owner, member) : setRole(test, owner, { member, role }));
          const standing = await test.auth.sessions.membership(member.userId, member.orgId);
          decisions.push({ at: test.auth.now(), role: standing?.role ?? null });
        }
        const history = await db
          .selectFrom("role_changes")
          .select(["at", "role", "by_user_id"])
          .where("user_id", "=", member.userId)
          .orderBy("id")
          .execute();
        for (const { at, role } of decisions) {
          expect(history.findLast((change) => change.at <= at)?.role).toBe(role);
        }
        expect(history.slice(1).every((change) => change.by_user_id === owner.userId)).toBe(true);
        const { access } = await db
          .selectFrom("memberships")
          .select("access")
          .where("user_id", "=", member.userId)
          .executeTakeFirstOrThrow();
        expect(access).toBe(history.length);
      }),
      { numRuns: 25 },
    );
  });
});

describe("other studios", () => {
  it("[TE7] unknown, foreign and former ones are the same answer", async () => {
    const { test, owner, join } = await setupTeam();
    const foreign = await createTestAccount(test.auth);
    const former = await join("owner");
    await remove(test, owner, former);
    const { userId } = owner;
    const asking: [TestAccount, string][] = [
      [foreign, owner.orgId],
      [former, owner.orgId],
      [foreign, "aaaaaaaaaaaaaaaaaaaaaaaa"],
      [foreign, "%27%20OR%201=1"],
    ];
    const seen: string[] = [];
    for (const [account, orgId] of asking) {
      const browser = createBrowser(test, account);
      const answers = [
        await browser.get(`/api/orgs/${orgId}/members`),
        await browser.send("PATCH", `/api/orgs/${orgId}/members/${userId}`, { body: { role: "viewer" } }),
        await browser.send("DELETE", `/api/orgs/${orgId}/members/${userId}`),
        await browser.get(`/api/orgs/${orgId}/invitations`),
        await browser.post(`/api/orgs/${orgId}/invitations`, { email: "b@example.test", role: "viewer" }),
      ];
      for (const answer of answers) seen.push(`${answer.status} ${await answer.text()}`);
    }
    expect(new Set(seen)).toEqual(new Set(['404 {"error":{"type":"not_found","message":"not found"}}']));
  });

  it("[TE7] a member of another studio is not found in this one", async () => {
    const { test, owner } = await setupTeam();
    const stranger = await createTestAccount(test.auth);
    const path = { ...stranger, orgId: owner.orgId };
    expect(await typeOf(setRole(test, owner, { member: path, role: "viewer" }))).toBe("not_found");
    expect(await typeOf(remove(test, owner, path))).toBe("not_found");
  });

  it("[AU3] without a session everything is signed_out", async () => {
    const { test, owner } = await setupTeam();
    expect(await typeOf(createBrowser(test).get(`/api/orgs/${owner.orgId}/members`))).toBe("signed_out");
  });
});
