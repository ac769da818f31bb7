// Owns what the tests of shared/ stand on: documents of a class, fixed ids and times, a judge as the server uses it, and
// updates that no honest client would write. Never part of the product.
import * as Y from "yjs";
import type { ActionCall, ActionContext, ActionResult } from "./action.ts";
import { findAction } from "./actions.ts";
import { personActivity, studioActivity } from "./activity.ts";
import { checkChange, defineRoots } from "./check.ts";
import type { Author } from "./check.ts";
import { recordMap } from "./collection.ts";
import type { AnyCollection } from "./collection.ts";
import type { Refusal } from "./errors.ts";
import { notes } from "./notes.ts";
import { contacts, persons, statusMoves } from "./people.ts";
import { customFields, personStatuses, seedStudio, studioProfile } from "./studio.ts";
import { plainToText } from "./text.ts";

/** The collections of the classes that have any, as policy/inventory.ts registers them. */
export const contactCollections: readonly AnyCollection[] = [contacts];
export const clientCollections: readonly AnyCollection[] = [persons, statusMoves, notes, personActivity];
export const studioCollections: readonly AnyCollection[] = [
  studioProfile,
  personStatuses,
  customFields,
  studioActivity,
];

/** Two members of one studio, and its server. */
export const ayse: Author = { member: "member-ayse" };
export const bora: Author = { member: "member-bora" };
export const server: Author = { member: "server-0001", isServer: true };

/** The n-th fixed id. Shape: UUID v4. */
export const idOf = (n: number): string => `00000000-0000-4000-8000-${n.toString(16).padStart(12, "0")}`;

/** An instant so many minutes into the fixed day. */
export const instantAt = (minutes: number): string => {
  const [hour, minute] = [Math.floor(minutes / 60) % 24, minutes % 60];
  return `2026-05-04T${String(hour).padStart(2, "0")}:${String(minute).padStart(2, "0")}:00.000Z`;
};

/** A fresh document of a class with its roots, under a fixed client id. */
export function newDocument(collections: readonly AnyCollection[], clientId = 1): Y.Doc {
  const doc = new Y.Doc();
  doc.clientID = clientId;
  defineRoots(doc, collections);
  return doc;
}

/** A copy of a document on another device. */
export function copyOf(doc: Y.Doc, collections: readonly AnyCollection[], clientId = 2): Y.Doc {
  const copy = newDocument(collections, clientId);
  Y.applyUpdate(copy, Y.encodeStateAsUpdate(doc));
  return copy;
}

/** Applies an update to a document as the server does; the first refusal, or null. */
export function judge(
  doc: Y.Doc,
  update: Uint8Array,
  context: { collections: readonly AnyCollection[]; author: Author; format?: "v2" },
): Refusal | null {
  let refusal: Refusal | null = null;
  const onTransaction = (transaction: Y.Transaction): void => {
    refusal ??= checkChange(transaction, context);
  };
  doc.on("afterTransaction", onTransaction);
  try {
    if (context.format === "v2") Y.applyUpdateV2(doc, update);
    else Y.applyUpdate(doc, update);
  } finally {
    doc.off("afterTransaction", onTransaction);
  }
  return refusal;
}

/** Writes on a document in one transaction and gives back what it would send, as V1. */
export function updateOf(doc: Y.Doc, write: (transaction: Y.Transaction) => void): Uint8Array {
  const updates: Uint8Array[] = [];
  const onUpdate = (update: Uint8Array): void => void updates.push(update);
  doc.on("update", onUpdate);
  doc.transact(write);
  doc.off("update", onUpdate);
  return Y.mergeUpdates(updates);
}

type Holder = Y.Item["parent"];

/** Puts one item into a type past the front door of Yjs: any content, any key, dead when asked. */
export function plant(
  transaction: Y.Transaction,
  parent: Holder,
  planted: { content: Y.Item["content"]; key?: string; isDead?: boolean },
): Y.Item {
  const { content, key = null, isDead = false } = planted;
  const left = key === null ? lastOf(parent) : newestOf(parent, key);
  const id = Y.createID(transaction.doc.clientID, Y.getState(transaction.doc.store, transaction.doc.clientID));
  const item = new Y.Item(id, left, left?.lastId ?? null, null, null, parent, key, content);
  item.integrate(transaction, 0);
  if (isDead) item.delete(transaction);
  return item;
}

const newestOf = (parent: Holder, key: string): Y.Item | null =>
  parent instanceof Y.AbstractType ? (parent._map.get(key) ?? null) : null;

function lastOf(parent: Holder): Y.Item | null {
  let last = parent instanceof Y.AbstractType ? parent._start : null;
  while (last !== null && last.right !== null) last = last.right;
  return last;
}

/** Runs a call of an action by its name, in one transaction. Throws: on a name that no action has. */
export function runCall(doc: Y.Doc, toRun: ActionCall, how: Omit<ActionContext, "doc">): ActionResult {
  const found = findAction(toRun.action);
  if (found === null) throw new Error(`no action ${toRun.action}`);
  return doc.transact(() => found.run({ doc, ...how }, toRun));
}

/** A client document with a person, a note `idOf(1)`, a status move `idOf(2)` and a history entry `idOf(3)`, all by Ayşe. */
export function clientDocument(): Y.Doc {
  const doc = newDocument(clientCollections);
  const by = ayse.member;
  const run = (n: number, action: string, args: unknown): void => {
    const result = runCall(doc, { action, version: 1, args }, { id: idOf(n), at: instantAt(n), by });
    if (!result.ok) throw new Error(`fixture: ${action} ${result.error.type}`);
  };
  run(0, "person.create", { statusId: "new", source: "web" });
  run(1, "notes.create", { text: "İlk görüşme" });
  run(2, "person.moveStatus", { to: "won" });
  run(3, "activity.record", { verb: "person.moveStatus", entity: "person", fields: ["statusId"] });
  return doc;
}

/** A contact document of Ayşe Yılmaz, made by Ayşe. */
export function contactDocument(): Y.Doc {
  const doc = newDocument(contactCollections);
  const args = { name: "Ayşe Yılmaz", phone: "0532 111 22 33" };
  runCall(doc, { action: "contact.create", version: 1, args }, { id: idOf(1), at: instantAt(0), by: ayse.member });
  return doc;
}

/** A newly seeded studio. */
export function studioDocument(): Y.Doc {
  const doc = newDocument(studioCollections);
  seedStudio(doc, { businessName: "Stüdyo", locale: "tr", at: instantAt(0) });
  return doc;
}

export type Write = (doc: Y.Doc, transaction: Y.Transaction) => void;

/** What the server says to a change that somebody made on their copy of a document. */
export function refusalOf(
  base: Y.Doc,
  collections: readonly AnyCollection[],
  how: { write: Write; author?: Author },
): Refusal | null {
  const device = copyOf(base, collections, 2);
  const update = updateOf(device, (transaction) => how.write(device, transaction));
  return judge(copyOf(base, collections, 3), update, { collections, author: how.author ?? ayse });
}

/** What the server says to a change of `clientDocument()`. */
export const onClient = (write: Write, author: Author = ayse): Refusal | null =>
  refusalOf(clientDocument(), clientCollections, { write, author });

/** What the server says to a change of a newly seeded studio. */
export const onStudio = (write: Write, author: Author = ayse): Refusal | null =>
  refusalOf(studioDocument(), studioCollections, { write, author });

/** A record as a plain map, the way an honest device puts it. */
export const mapOf = (values: Record<string, unknown>): Y.Map<unknown> => new Y.Map(Object.entries(values));

/** A new note by somebody. */
export const noteBy = (by: string): Y.Map<unknown> =>
  mapOf({ body: plainToText("not"), createdAt: instantAt(9), createdBy: by });

/** The map of a record that is there for sure. Throws: when it is not. */
export function there(doc: Y.Doc, target: AnyCollection, id: string): Y.Map<unknown> {
  const map = recordMap(doc, target, id);
  if (map === null) throw new Error(`no ${target.name} ${id}`);
  return map;
}

/** Everything that can be read in a document, by root; texts as XML. */
export const contentOf = (doc: Y.Doc): Record<string, unknown> =>
  Object.fromEntries([...doc.share.keys()].map((name) => [name, doc.getMap(name).toJSON()]));
