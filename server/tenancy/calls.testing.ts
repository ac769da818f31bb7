// Owns one random call over HTTP by somebody of one studio: any address of the table, ids of two studios in its path, its query,
// its body. Never judges the answer.
import { randomBytes } from "node:crypto";
import { roles } from "../../policy/roles.ts";
import { docClasses } from "../../shared/document.ts";
import type { DocId } from "../../shared/document.ts";
import { writeUpdates } from "../../shared/protocol.ts";
import { member } from "../testing.ts";
import type { Member } from "../testing.ts";
import { ask } from "./asking.testing.ts";
import type { Scene } from "./mixing.testing.ts";
import { fillPath, routesOf } from "./routes.testing.ts";
import type { Parts, Route } from "./routes.testing.ts";
import { personUpdate } from "./studios.testing.ts";

/** Addresses that may end the caller's own session; only those call them who may be lost. */
const ending = /sign-|password|\/reset$|accept|verify$/;

/** Makes one call. What comes back goes to `hear` and `count`. */
export async function callOnce(scene: Scene): Promise<void> {
  const { server, dice, here } = scene;
  const routes = routesOf(server.running).filter(({ row }) => row?.door !== "gate" && row?.door !== "socket");
  // Hint: most of the others ask for nothing of a studio.
  const ofStudios = routes.filter(({ row }) => row?.door === "studio");
  const carrying = ofStudios.filter(({ path }) => /changes|updates|commands/.test(path));
  const route = dice.pick(dice.pick([routes, ofStudios, carrying]));
  const nobody = member(server.url, { email: "", cookie: "", userId: "", orgId: "" });
  const expendable = [here.members.viewer, nobody];
  const who = dice.pick(ending.test(route.path) ? expendable : [...Object.values(here.members), ...expendable]);
  const path = `${fillPath(route.path, mixedParts(scene))}?${mixedQuery(scene)}`;
  const body = route.method === "GET" ? {} : { body: bodyOf(scene, route, who) };
  const answer = await ask(who, path, { method: route.method, ...body });
  const where = `${route.method} ${path} as ${who.userId}`;
  scene.count(answer.status, where);
  scene.hear(where, Buffer.from([...answer.headers, answer.body].join("\n"), "latin1"));
}

/** Texts that no id may be. */
const wrong = ["", "..", "__proto__", "constructor", "%2e%2e%2f", "studio\u0000", "client/../studio", "*", "null"];

/** A part of an address: of the other studio as often as of one's own, or of nothing. */
function mixedParts(scene: Scene): Parts {
  const { dice, here, there } = scene;
  const isOther = (): boolean => dice.below(2) === 0;
  const users = isOther() ? Object.values(there.members) : [here.members.viewer];
  const doc = mixedDoc(scene);
  return {
    org: mixedOrg(scene),
    user: dice.pick([dice.pick(users).userId, dice.uuid(), dice.pick(wrong)]),
    id: dice.pick([there.invitationId, here.invitationId, dice.uuid(), dice.pick(wrong)]),
    token: dice.pick([there.invitationId, dice.uuid(), Buffer.from(randomBytes(32)).toString("base64url")]),
    class: doc.split("/")[0] ?? "",
    subject: doc.split("/")[1] ?? "",
  };
}

/** An organisation: the other's, one's own, one of nothing, or no id at all. */
export function mixedOrg({ dice, here, there }: Scene): string {
  const isPlain = dice.below(6) > 0;
  return isPlain ? dice.pick([here.org, there.org]) : dice.pick([dice.uuid().slice(0, 24), ...wrong]);
}

/** A document: of the other studio, of one's own, of a class and a subject that do not belong together, or none. */
export function mixedDoc({ dice, here, there }: Scene): string {
  const subjects = [...there.subjects, ...here.subjects, dice.uuid(), there.owner.userId, "2026"];
  const made = `${dice.pick(docClasses)}/${dice.pick(subjects)}`;
  return dice.pick([dice.pick(there.docs), dice.pick(there.docs), dice.pick(here.docs), made, dice.pick(wrong)]);
}

/** A query with some of everything that any address reads. */
export function mixedQuery(scene: Scene): string {
  const { dice, here, there } = scene;
  const some: readonly (readonly [string, () => string])[] = [
    ["m", () => dice.pick([there.owner.userId, here.owner.userId])],
    ["d", () => dice.pick(["cihaz", there.owner.userId])],
    ["v", () => String(dice.below(3))],
    ["limit", () => String(dice.below(600))],
    ["first", () => "1"],
    ["ack", () => "1"],
    ["restoring", () => "1"],
  ];
  const where = dice.pick<readonly [string, string]>([
    ["after", "0"],
    ["before", "999999"],
    ["doc", mixedDoc(scene)],
    ["doc", mixedDoc(scene)],
    ["after", String(dice.below(30))],
  ]);
  const chosen = some.filter(() => dice.below(8) === 0).map(([name, value]) => [name, value()] as const);
  return new URLSearchParams(Object.fromEntries([...chosen, where])).toString();
}

function bodyOf(scene: Scene, route: Route, who: Member): string | Buffer<ArrayBuffer> {
  if (route.path.endsWith("/updates")) return Buffer.from(updatesOf(scene, who));
  if (route.path.endsWith("/commands")) return JSON.stringify({ commands: commandsOf(scene) });
  const { dice, here, there } = scene;
  const emails = [there.owner.email, here.owner.email, there.members.viewer.email, `${dice.uuid()}@example.com`];
  const fields: Readonly<Record<string, unknown>> = {
    email: dice.pick(emails),
    password: `yanlış parola ${dice.below(100)}`,
    currentPassword: "yanlış parola",
    newPassword: "başka bir parola",
    name: here.canary,
    studio: here.canary,
    locale: dice.pick(["tr", "en"]),
    role: dice.pick(roles),
    token: Buffer.from(randomBytes(32)).toString("base64url"),
    org: there.org,
    userId: there.owner.userId,
  };
  return JSON.stringify(Object.fromEntries(fieldsOf(route.path).map((name) => [name, fields[name]])));
}

/** The fields of a form; now and then none would fit, which other tests try. */
function fieldsOf(path: string): readonly string[] {
  const forms: Readonly<Record<string, readonly string[]>> = {
    "sign-up": ["email", "password", "name", "studio", "locale"],
    "sign-in": ["email", "password"],
    "reset-request": ["email"],
    reset: ["token", "password"],
    verify: ["token"],
    password: ["currentPassword", "newPassword"],
    me: ["name", "locale"],
    invitations: ["email", "role"],
    ":user": ["role"],
    accept: ["name", "password", "locale"],
  };
  return forms[path.split("/").at(-1) ?? ""] ?? ["org", "userId"];
}

function updatesOf(scene: Scene, who: Member): Uint8Array {
  const { dice, here, there } = scene;
  const updates = Array.from({ length: 1 + dice.below(3) }, () => {
    const doc = mixedDoc(scene);
    const by = dice.pick([who.userId, who.userId, there.owner.userId]);
    const isPerson = doc.startsWith("contact/") || doc.startsWith("client/");
    // Hint: a name that is none is part of the fuzz.
    return { doc: doc as DocId, update: isPerson ? personUpdate(doc as DocId, here.canary, by) : Uint8Array.of(0, 0) };
  });
  return writeUpdates(updates);
}

function commandsOf(scene: Scene): object[] {
  const { dice, here, there } = scene;
  const some: readonly (readonly [string, unknown])[] = [
    ["preferences.set", { key: "theme", value: here.canary.slice(0, 64) }],
    ["preferences.set", { key: "theme", value: "koyu", member: there.owner.userId, org: there.org }],
    ["confirmErasure", { docs: [...there.docs, mixedDoc(scene)] }],
    ["__proto__", {}],
    ["erase", { docs: there.docs }],
  ];
  return Array.from({ length: 1 + dice.below(3) }, () => {
    const [name, args] = dice.pick(some);
    return { id: dice.uuid(), name, args, at: "2026-03-01T09:00:00.000Z" };
  });
}
