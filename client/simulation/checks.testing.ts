// Owns the judgement of a simulation: what was promised, and what the copies say. Each complaint names a rule of the SPEC.
// Never mends and never waits.
import { IDBKeyRange } from "fake-indexeddb";
import * as Y from "yjs";
import { collectionsOf } from "../../policy/inventory.ts";
import { readableClasses } from "../../policy/roles.ts";
import { canonicalContent } from "../../shared/canonical.ts";
import { defineRoots } from "../../shared/check.ts";
import { classOf, subjectOf } from "../../shared/document.ts";
import type { DocId } from "../../shared/document.ts";
import { notes } from "../../shared/notes.ts";
import { mergePersonRow, personColumns } from "../../shared/projection.ts";
import type { PersonRow } from "../../shared/projection.ts";
import { openStudioDb } from "../store/db.ts";
import type { QuarantineRow, StudioDb } from "../store/db.ts";
import { documentOf, hasPending, readStored } from "../store/live.ts";
import { isHistory } from "../store/replay.ts";
import type { Device, SimTab } from "./device.testing.ts";
import type { SimServer } from "./server.testing.ts";
import type { Stored } from "./witness.testing.ts";
import { wordsIn } from "./work.testing.ts";
import type { Promises } from "./work.testing.ts";

export type Court = {
  readonly server: SimServer;
  readonly devices: readonly Device[];
  readonly promises: Promises;
  /** The server has forgotten something since, as a restore makes it; then only the end is judged. */
  hasForgotten: boolean;
  /** A role was changed: who may only read loses deletions without being told (design §3). */
  readonly hadRoles: () => boolean;
};

type Seen = { readonly state: Uint8Array; readonly doc: Y.Doc; readonly snapshot: Y.Snapshot };

/** The server's documents, read from its disk. */
export type ServerView = { readonly of: (doc: DocId) => Seen | null; readonly isErased: (doc: DocId) => boolean };

/** Makes the view; states are decoded once. */
export function viewOf(server: SimServer): ServerView {
  const cache = new Map<DocId, Seen>();
  return {
    isErased: (doc) => server.disk().tombstones.has(doc) || server.disk().subjects.has(subjectOf(doc) ?? ""),
    of: (doc) => {
      const row = server.disk().rows.get(doc);
      if (row === undefined) return null;
      const known = cache.get(doc);
      if (known?.state === row.state) return known;
      const ydoc = new Y.Doc();
      defineRoots(ydoc, collectionsOf(classOf(doc)));
      Y.applyUpdateV2(ydoc, row.state);
      const seen = { state: row.state, doc: ydoc, snapshot: Y.snapshot(ydoc) };
      cache.set(doc, seen);
      return seen;
    },
  };
}

const holds = (view: ServerView, { doc, update }: Stored): boolean => {
  const seen = view.of(doc);
  return seen !== null && Y.snapshotContainsUpdate(seen.snapshot, update);
};

const isDeletionOnly = ({ update }: Stored): boolean => Y.decodeUpdate(update).structs.length === 0;

/** What must hold at every quiet instant. Rules: SI3, SI4. */
export async function judgeNow(court: Court, view: ServerView): Promise<string[]> {
  const complaints: string[] = [];
  for (const device of court.devices) {
    const sent = device.witness.takeSent();
    if (court.hasForgotten) continue;
    for (const stored of sent) {
      const isExcused = stored.isGone || view.isErased(stored.doc) || (court.hadRoles() && isDeletionOnly(stored));
      if (!isExcused && !holds(view, stored)) complaints.push(`SI3 called sent and not on the server: ${name(stored)}`);
    }
    for (const tab of device.tabs) complaints.push(...(await judgeChip(tab, device, { court, view })));
  }
  return complaints;
}

type Judging = { readonly court: Court; readonly view: ServerView };

async function judgeChip(tab: SimTab, device: Device, { court, view }: Judging): Promise<string[]> {
  const status = tab.store.status();
  // Hint: what is frozen shows what it showed.
  if (tab.isDead() || tab.isFrozen() || status.kind !== "saved") return [];
  return withRows(device, async (db) => {
    const unsent = await db.updates.where("unsent").equals(1).count();
    if (unsent > 0) return [`SI4 ${tab.name} says saved with ${unsent} unsent`];
    const lost = unaccounted({ court, view }, device, await db.quarantine.toArray());
    return lost.map((stored) => `SI4 ${tab.name} says saved without ${name(stored)}`);
  });
}

const inspectors = new WeakMap<Device, StudioDb>();

/** Reads a device's disk beside its tabs. */
async function withRows<T>(device: Device, run: (db: StudioDb) => Promise<T>): Promise<T> {
  const { member, disk } = device;
  const engine = { indexedDB: disk.factory, IDBKeyRange };
  const db = inspectors.get(device) ?? openStudioDb({ user: member.userId, org: member.orgId }, engine);
  inspectors.set(device, db);
  return run(db);
}

/** The stored changes that are nowhere: not on the server, not put aside, not lawfully gone. Rule: SI2. */
function unaccounted({ court, view }: Judging, device: Device, quarantined: readonly QuarantineRow[]): Stored[] {
  const aside = new Set(quarantined.flatMap((row) => row.call?.id ?? []));
  const arrived = new Set<string>();
  const open: Stored[] = [];
  for (const stored of device.witness.stored) {
    if (stored.isGone || view.isErased(stored.doc)) continue;
    if (holds(view, stored)) arrived.add(callId(stored) ?? "");
    else if (!(court.hadRoles() && isDeletionOnly(stored))) open.push(stored);
  }
  return open.filter((stored) => {
    const id = callId(stored);
    if (id !== null && (arrived.has(id) || aside.has(id))) return false;
    if (!device.witness.refused.has(stored.doc)) return true;
    return !wasRunAgain(stored, { view, quarantined, taken: court.promises.taken });
  });
}

const callId = ({ made }: Stored): string | null => (made !== undefined && "call" in made ? made.call.id : null);

type Again = {
  readonly view: ServerView;
  readonly quarantined: readonly QuarantineRow[];
  readonly taken: ReadonlySet<string>;
};

/** After a refusal what stood in a change counts, not its bytes: words somewhere, a note under its id, a field with a value. */
function wasRunAgain(stored: Stored, { view, quarantined, taken }: Again): boolean {
  const { made, doc } = stored;
  if (made !== undefined && "call" in made) {
    // Hint: a call that sets a field to what it has already makes nothing, and the history tells of what was done.
    return isHistory(made.call) || made.call.action !== "notes.create";
  }
  const words = wordsOf(stored).filter((word) => !taken.has(word));
  const everywhere = [
    JSON.stringify(view.of(doc)?.doc.getMap(notes.name).toJSON() ?? {}),
    ...quarantined.map((row) => JSON.stringify([row.call, row.text])),
  ].join(" ");
  const aside = quarantined.filter((row) => row.doc === doc && row.update !== undefined);
  return words.every((word) => everywhere.includes(word)) || aside.length > 0;
}

function wordsOf({ update }: Stored): string[] {
  const texts = Y.decodeUpdate(update).structs.flatMap((struct) => {
    const content: unknown = "content" in struct ? struct.content : null;
    return content instanceof Y.ContentString ? [content.str] : [];
  });
  return wordsIn(texts.join(" "));
}

const name = ({ device, doc, row, made, change }: Stored): string => {
  const what = made === undefined ? "?" : "call" in made ? made.call.action : JSON.stringify(made);
  return `${device} #${row} ${what} in ${doc} (${change})`;
};

/** What must hold at the end, when all is mended: nothing lost, all copies equal. Rules: SI2, SI5. */
export async function judgeEnd(court: Court, view: ServerView): Promise<string[]> {
  const complaints: string[] = [];
  for (const device of court.devices) {
    complaints.push(
      ...(await withRows(device, async (db) => {
        const quarantined = await db.quarantine.toArray();
        const lost = unaccounted({ court, view }, device, quarantined).map((stored) => `SI2 lost: ${name(stored)}`);
        const aside = new Set(quarantined.flatMap((row) => row.call?.id ?? []));
        return [
          ...lost,
          ...lostNotes({ court, view }, device, aside),
          ...(await differences({ court, view }, device, db)),
        ];
      })),
    );
  }
  return complaints;
}

/** Independent of rows and marks: what an act called stored. */
function lostNotes({ court, view }: Judging, device: Device, aside: ReadonlySet<string>): string[] {
  const gone = new Set(device.witness.stored.filter(({ isGone }) => isGone).flatMap((stored) => callId(stored) ?? []));
  return court.promises.notes
    .filter(
      (note) => note.device === device.name && !view.isErased(note.doc) && !aside.has(note.id) && !gone.has(note.id),
    )
    .filter(({ doc, id }) => view.of(doc)?.doc.getMap(notes.name).has(id) !== true)
    .map(({ doc, id }) => `SI2 lost: note ${id} of ${device.name} in ${doc}`);
}

/** How a device's copies differ from the server's. */
async function differences({ court, view }: Judging, device: Device, db: StudioDb): Promise<string[]> {
  const classes = readableClasses(device.member.role);
  const docs = [...court.server.disk().rows.keys()].filter((doc) => classes.includes(classOf(doc)));
  const stored = await readStored(db, docs);
  const complaints: string[] = [];
  const rows = new Map<string, PersonRow>();
  for (const doc of docs) {
    const seen = view.of(doc);
    if (seen === null) continue;
    const here = documentOf(stored.get(doc) ?? { row: undefined, rows: [] });
    defineRoots(here, collectionsOf(classOf(doc)));
    const difference = compare(here, seen.doc, doc);
    if (difference !== null) complaints.push(`SI5 ${device.name} ${doc}: disk, ${difference}`);
    for (const tab of device.tabs) complaints.push(...compareOpen(tab, seen.doc, doc));
    const [columns, subject] = [personColumns(classOf(doc), seen.doc), subjectOf(doc)];
    if (columns !== null && subject !== null) rows.set(subject, mergePersonRow(subject, rows.get(subject), columns));
    here.destroy();
  }
  for (const [subject, row] of rows) {
    const here = await db.people.get(subject);
    // Hint: who has neither a name nor a beginning has no row.
    const isNobody = row.name === "" && row.createdAt === "";
    if (JSON.stringify(here) !== JSON.stringify(isNobody ? undefined : row)) {
      complaints.push(`SI5 ${device.name} people ${subject}: ${JSON.stringify(here)} for ${JSON.stringify(row)}`);
    }
  }
  return [...complaints, ...(await strangers({ court, view }, device, db))];
}

/** Documents with content that the server does not have, and that nothing put aside explains. */
async function strangers({ view }: Judging, device: Device, db: StudioDb): Promise<string[]> {
  const ids = (await db.docs.toArray())
    .filter(({ doc, gone }) => gone === undefined && !view.of(doc))
    .map(({ doc }) => doc);
  const aside = new Set((await db.quarantine.toArray()).map(({ doc }) => doc));
  const stored = await readStored(db, ids);
  const isEmpty = (doc: DocId): boolean => {
    const each = stored.get(doc);
    return each?.row?.state === undefined && each?.rows.length === 0;
  };
  const left = ids.filter((doc) => !aside.has(doc) && !isEmpty(doc));
  return left.map((doc) => `SI5 ${device.name} ${doc}: here and not on the server`);
}

function compareOpen(tab: SimTab, there: Y.Doc, doc: DocId): string[] {
  const open = tab.open.get(doc);
  if (open === undefined || open.gone() !== null) return [];
  const difference = compare(open.doc, there, doc);
  return difference === null ? [] : [`SI5 ${tab.name} ${doc}: memory, ${difference}`];
}

/** The oracle of yjs' own tests: content, state vectors, deletions, nothing pending. Source: sync.md §7. */
function compare(here: Y.Doc, there: Y.Doc, doc: DocId): string | null {
  const collections = collectionsOf(classOf(doc));
  if (hasPending(here)) return "something is pending";
  if (canonicalContent(here, collections) !== canonicalContent(there, collections)) return "other content";
  const [left, right] = [Y.snapshot(here), Y.snapshot(there)];
  if (!Buffer.from(Y.encodeStateVector(here)).equals(Buffer.from(Y.encodeStateVector(there))))
    return "other state vector";
  return Y.equalSnapshots(left, right) ? null : "other deletions";
}
