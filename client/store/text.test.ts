import { afterEach, describe, expect, test } from "vitest";
import * as Y from "yjs";
import { call } from "../../shared/action.ts";
import { personActivity } from "../../shared/activity.ts";
import { docId } from "../../shared/document.ts";
import type { DocId } from "../../shared/document.ts";
import { createNote, notes } from "../../shared/notes.ts";
import { persons } from "../../shared/people.ts";
import { textToPlain } from "../../shared/text.ts";
import type { OpenDocument } from "./store.ts";
import { closeTab, closeTabs, makeDisk, makeLoner, newPerson, noNetwork, openTab, until } from "./testing.ts";
import type { Tab, TabOptions } from "./testing.ts";

afterEach(closeTabs);

/** The origin of the editor's binding: an object of its own, which the store has never seen. */
const binding = { key: "y-sync$" };

async function withNote(
  options: TabOptions = {},
): Promise<{ tab: Tab; doc: DocId; open: OpenDocument; noteId: string }> {
  const tab = openTab(makeLoner(), { network: noNetwork(), ...options });
  const { subject, calls } = newPerson("Ayşe");
  await tab.store.act(calls);
  const doc = docId("client", subject);
  const made = await tab.store.act([{ doc, call: call(createNote, { text: "Bir" }) }]);
  const open = await tab.store.open(doc);
  return { tab, doc, open, noteId: made.ok ? (made.value.ids[0] ?? "") : "" };
}

function bodyOf(open: OpenDocument, noteId: string): Y.XmlFragment {
  const body = open.read(notes, noteId)?.record.body;
  if (body === undefined) throw new Error("no note");
  return body;
}

function type(open: OpenDocument, noteId: string, letter: string): void {
  const paragraph = bodyOf(open, noteId).get(0);
  const text = paragraph instanceof Y.XmlElement ? paragraph.get(0) : null;
  if (text instanceof Y.XmlText) open.doc.transact(() => text.insert(text.length, letter), binding);
}

const editEntries = (open: OpenDocument): number =>
  open.ids(personActivity).filter((id) => open.read(personActivity, id)?.record.verb === "notes.edit").length;

describe("an open editor", () => {
  test("[S33] has its letters stored with the text they belong to, as one change", async () => {
    const { tab, doc, open, noteId } = await withNote();
    for (const letter of " iki üç") type(open, noteId, letter);
    const typedRows = async () => (await tab.db.updates.toArray()).filter(({ made }) => made && "text" in made);
    await until(async () => (await typedRows()).length === 7);
    expect(new Set((await typedRows()).map(({ change }) => change))).toEqual(new Set([`${doc}:${noteId}`]));
    const typed = (await typedRows()).flatMap(({ made }) => (made && "text" in made ? made.text : []));
    expect(typed[0]).toEqual({ collection: "notes", record: noteId, field: "body" });
    open.release();
  });

  test("[S33] loses nothing when the page ends", async () => {
    const disk = makeDisk();
    const { tab, doc, open, noteId } = await withNote({ disk });
    for (const letter of " iki") type(open, noteId, letter);
    await closeTab(tab);
    const who = { url: tab.parts.origin, member: { userId: tab.parts.member, orgId: tab.parts.org } as never };
    const later = openTab(who, { disk, network: noNetwork() });
    const again = await later.store.open(doc);
    expect(textToPlain(bodyOf(again, noteId))).toBe("Bir iki");
    again.release();
  });

  test("[S33] takes back what it did by its own undo, which is stored like typing", async () => {
    const { tab, open, noteId } = await withNote();
    const undo = new Y.UndoManager(bodyOf(open, noteId), { trackedOrigins: new Set([binding]) });
    type(open, noteId, "!");
    undo.undo();
    expect(textToPlain(bodyOf(open, noteId))).toBe("Bir");
    await until(async () => (await tab.db.updates.toArray()).filter(({ made }) => made && "text" in made).length === 2);
    undo.destroy();
    open.release();
  });

  test("[S39] leaves one entry of the history for a spell, lengthened while it goes on", async () => {
    let now = Date.parse("2026-05-04T09:00:00.000Z");
    const { open, noteId } = await withNote({ parts: { clock: () => now } });
    for (let minute = 0; minute < 30; minute += 1) {
      now += 20_000;
      type(open, noteId, "a");
      await until(() => editEntries(open) === 1);
    }
    const [entry] = open.ids(personActivity).flatMap((id) => {
      const stored = open.read(personActivity, id);
      return stored?.record.verb === "notes.edit" ? stored : [];
    });
    expect(entry?.record).toMatchObject({ at: "2026-05-04T09:00:20.000Z", entity: "note", record: noteId });
    await until(() => open.read(personActivity, entry?.id ?? "")?.record.endedAt === "2026-05-04T09:09:20.000Z");
    now += 11 * 60_000;
    type(open, noteId, "b");
    await until(() => editEntries(open) === 2);
    open.release();
  });

  test("[S35] that writes where the member may only read changes nothing on the device", async () => {
    const disk = makeDisk();
    const { tab, doc, open, noteId } = await withNote({ disk });
    open.release();
    await closeTab(tab);
    const who = { url: tab.parts.origin, member: { userId: tab.parts.member, orgId: tab.parts.org } as never };
    const reader = openTab(who, { disk, network: noNetwork(), role: "viewer" });
    const seen = await reader.store.open(doc);
    expect(seen.isReadOnly).toBe(true);
    const before = await reader.db.updates.count();
    const old = seen.doc;
    type(seen, noteId, "!");
    await until(() => seen.doc !== old);
    expect(textToPlain(bodyOf(seen, noteId))).toBe("Bir");
    expect(await reader.db.updates.count()).toBe(before);
    seen.release();
  });

  test("[S07] finds a document whose bytes are damaged, shows what can be read and marks it", async () => {
    const disk = makeDisk();
    const { tab, doc, open } = await withNote({ disk });
    open.release();
    await closeTab(tab);
    const who = { url: tab.parts.origin, member: { userId: tab.parts.member, orgId: tab.parts.org } as never };
    const later = openTab(who, { disk, network: noNetwork() });
    const first = await later.db.updates.where("doc").equals(doc).first();
    await later.db.updates.update(first?.id ?? 0, { update: Uint8Array.of(255, 255, 255) });
    const damaged = await later.store.open(doc);
    expect(damaged.read(persons, "self")).toBeNull();
    await until(async () => (await later.db.refused.get(doc))?.reason === "damaged");
    damaged.release();
  });
});
