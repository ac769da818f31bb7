// Goes over every address of a running server: without credentials, unverified, as somebody of another studio, and by role.
// What is not there and what is not theirs must be the same to them: status, body, headers, and what the server read for it.
import { randomInt } from "node:crypto";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { accessTo, roles } from "../../policy/roles.ts";
import { docClasses, docId } from "../../shared/document.ts";
import type { DocClass, DocId } from "../../shared/document.ts";
import { createDice } from "../demo/random.ts";
import type { Dice } from "../demo/random.ts";
import { liftedLimits } from "../limits.testing.ts";
import { member, startTestServer } from "../testing.ts";
import type { Member, TestServer } from "../testing.ts";
import { ask, askSocket, countReads, socketUrl } from "./asking.testing.ts";
import type { Answer } from "./asking.testing.ts";
import { fillPath, routeTable, routesOf } from "./routes.testing.ts";
import type { Door, Parts, Route } from "./routes.testing.ts";
import { everythingOf, makeStudio } from "./studios.testing.ts";
import type { TestStudio } from "./studios.testing.ts";

const seed = randomInt(2 ** 31);
const dice: Dice = createDice(seed);
const LIMITS = JSON.stringify({ ...JSON.parse(liftedLimits), nudgeAliveMs: 50 });

let server: TestServer;
let here: TestStudio;
let there: TestStudio;
let reads: () => number;

beforeAll(async () => {
  server = await startTestServer({ env: { LIMITS } });
  here = await makeStudio(server, "burada", dice);
  there = await makeStudio(server, "orada", dice);
  reads = countReads(server);
});

afterAll(() => server.close());

const routes = (...doors: Door[]): Route[] =>
  routesOf(server.running).filter(({ row }) => row !== undefined && doors.includes(row.door));

/** One call of a route with nothing in its body. */
function call(route: Route, who: Member, parts: Parts): Promise<Answer> {
  const path = fillPath(route.path, parts);
  if (route.row?.door === "socket") return askSocket(who, socketUrl(server, path));
  const body = route.method === "GET" ? {} : { body: "{}" };
  return ask(who, path, { method: route.method, ...body });
}

type Asked = { readonly answer: Answer; readonly reads: number };

async function counted(asking: () => Promise<Answer>): Promise<Asked> {
  const before = reads();
  return { answer: await asking(), reads: reads() - before };
}

const nobody = (): Member => member(server.url, { email: "", cookie: "", userId: "", orgId: "" });

const partsOf = ({ org, owner, subjects, invitationId }: TestStudio): Parts => ({
  org,
  user: owner.userId,
  id: invitationId,
  class: "client",
  subject: subjects[0] ?? "",
});

/** Ids of the right form that belong to nothing. */
const nowhere = (): Parts => ({
  org: dice.uuid().replaceAll("-", "").slice(0, 24),
  user: dice.uuid().replaceAll("-", "").slice(0, 24),
  id: dice.uuid().replaceAll("-", "").slice(0, 24),
  class: "client",
  subject: dice.uuid(),
});

test("[TN1] every address of the server has a line in the table, and every line an address", () => {
  const names = routesOf(server.running).map(({ name }) => name);
  expect(names.toSorted()).toEqual(Object.keys(routeTable).toSorted());
});

test("[TN2] without credentials every address answers as its line says", async () => {
  for (const route of routes("public", "session", "studio", "socket")) {
    const { status, body } = await call(route, nobody(), nowhere());
    expect(status, route.name).toBe(route.row?.without);
    expect(route.row?.door === "public" || body.includes("signed_out"), route.name).toBe(true);
    expect(await call(route, nobody(), partsOf(there)), `${route.name} of a studio that exists`).toMatchObject({
      status,
    });
  }
});

test("[TN2] who has not verified an address gets 403 at every studio's door, whichever studio", async () => {
  const form = {
    email: "yeni@example.com",
    password: "uzun ve iyi bir parola",
    name: "Yeni",
    studio: "S",
    locale: "tr",
  };
  const signUp = await fetch(`${server.url}/api/auth/sign-up`, {
    method: "POST",
    headers: { "content-type": "application/json" },
    body: JSON.stringify(form),
  });
  const cookie = signUp.headers
    .getSetCookie()
    .map((line) => line.split(";")[0])
    .join("; ");
  const claim = member(server.url, { email: form.email, cookie, userId: "", orgId: "" });
  for (const route of routes("studio", "socket")) {
    const first = await call(route, claim, partsOf(there));
    expect(first.status, route.name).toBe(403);
    expect(await call(route, claim, nowhere()), route.name).toEqual(first);
  }
});

describe("to a member of another studio", () => {
  test("[TN3] a studio that is not theirs and one that does not exist are the same at every address", async () => {
    const before = await everythingOf(there);
    for (const route of routes("studio", "socket")) {
      const foreign = await counted(() => call(route, here.owner, partsOf(there)));
      const absent = await counted(() => call(route, here.owner, nowhere()));
      expect(foreign, route.name).toEqual(absent);
      expect(foreign.reads, route.name).toBeGreaterThan(0);
      expect(foreign.answer.status, route.name).toBe(route.row?.door === "socket" ? 4403 : 404);
    }
    expect(await everythingOf(there)).toBe(before);
  });

  test("[TN3] an id of another studio and one of nothing are the same inside their own, at every address", async () => {
    const before = await everythingOf(there);
    for (const route of routes("session", "studio", "socket", "public")) {
      if (!/:(user|id|subject|token)/.test(route.path)) continue;
      const foreign = await counted(() => call(route, here.owner, { ...partsOf(there), org: here.org }));
      const absent = await counted(() => call(route, here.owner, { ...nowhere(), org: here.org }));
      expect(foreign, route.name).toEqual(absent);
    }
    expect(await everythingOf(there)).toBe(before);
  });
});

/** Documents of people that exist, by class; what no collection holds yet is absent in each studio. */
const existing = (docClass: DocClass): DocId =>
  docClass === "studio"
    ? docId("studio")
    : (here.docs.find((doc) => doc.startsWith(`${docClass}/`)) ?? absent(docClass));
const absent = (docClass: DocClass): DocId => {
  const subjects: Partial<Record<DocClass, string>> = { calendar: "2031", availability: "kimse-boyle-biri-yok" };
  return docId(docClass, docClass === "studio" ? null : (subjects[docClass] ?? dice.uuid()));
};

describe.each(roles)("to the role %s", (role) => {
  test("[TN4] a document that is forbidden is like one that is absent, in the feed, in rooms and over HTTP", async () => {
    const who = here.members[role];
    const principal = { member: who.userId, role, grants: new Set<string>() };
    for (const docClass of docClasses) {
      if (accessTo(principal, absent(docClass)) !== "none") continue;
      const pair = [existing(docClass), absent(docClass)];
      const [feed, none] = await inTurn(pair, (doc) => ask(who, `/api/orgs/${here.org}/changes?doc=${doc}`));
      expect(feed, docClass).toEqual(none);
      expect(feed?.answer.status).toBe(404);
      const [room, noRoom] = await inTurn(pair, (doc) => askSocket(who, socketUrl(server, `/sync/${here.org}/${doc}`)));
      expect(room, docClass).toEqual(noRoom);
      expect(room?.answer.status).toBe(4403);
      const [pushed, notPushed] = await Promise.all(
        pair.map(async (doc) => (await who.push([{ doc, update: Uint8Array.of(0, 0) }]))[0]),
      );
      expect({ ...pushed, doc: "" }, docClass).toEqual({ ...notPushed, doc: "" });
      expect(pushed).toMatchObject({ error: { type: "not_found" } });
    }
  });
});

async function inTurn(docs: readonly DocId[], asking: (doc: DocId) => Promise<Answer>): Promise<Asked[]> {
  const asked: Asked[] = [];
  for (const doc of docs) asked.push(await counted(() => asking(doc)));
  return asked;
}
