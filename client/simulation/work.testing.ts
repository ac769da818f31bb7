// Owns what members do in a simulation, through the store's public door alone: calls of actions, open documents, typing.
// Never waits: what was promised is noted when the answer comes, in whatever weather.
import * as Y from "yjs";
import { call } from "../../shared/action.ts";
import type { ActionCall } from "../../shared/action.ts";
import { docId } from "../../shared/document.ts";
import type { DocId } from "../../shared/document.ts";
import { createNote, notes, restoreNote, trashNote } from "../../shared/notes.ts";
import {
  createContact,
  createPerson,
  editContact,
  editPerson,
  moveStatus,
  restorePerson,
  trashPerson,
} from "../../shared/people.ts";
import { editProfile } from "../../shared/studio.ts";
import type { DocCall } from "../store/history.ts";
import type { OpenDocument } from "../store/store.ts";
import type { Device, SimTab } from "./device.testing.ts";
import type { World } from "./time.testing.ts";

/** What a run has promised to its members so far. */
export type Promises = {
  readonly subjects: string[];
  /** Notes that an act has called stored. */
  readonly notes: { readonly device: string; readonly doc: DocId; readonly id: string }[];
  /** Words that somebody took out of a text again. */
  readonly taken: Set<string>;
  acts: number;
  stored: number;
  typed: number;
};

export type Working = {
  readonly world: World;
  readonly promises: Promises;
  readonly device: Device;
  readonly tab: SimTab;
};

/** Something a member does now. */
export function workOnce(working: Working): void {
  const { world } = working;
  const sum = habits.reduce((before, { often }) => before + often, 0);
  let at = world.random() * sum;
  for (const { often, run } of habits) {
    at -= often;
    if (at < 0) return run(working);
  }
}

const pick = <T>(world: World, list: readonly T[]): T | undefined => list[Math.floor(world.random() * list.length)];

let words = 0;
const word = (): string => {
  words += 1;
  // Hint: without z, which ends a word.
  return `k${words.toString(35)}z`;
};

const habits: readonly { readonly often: number; readonly run: (working: Working) => void }[] = [
  { often: 2, run: (working) => act(working, newPerson(working)) },
  { often: 4, run: (working) => onPerson(working, "contact", () => call(editContact, { name: word() })) },
  { often: 2, run: (working) => onPerson(working, "contact", () => call(editContact, { address: word() })) },
  { often: 4, run: (working) => onPerson(working, "client", () => call(moveStatus, { to: statusOf(working) })) },
  { often: 6, run: (working) => onPerson(working, "client", () => call(createNote, { text: word() })) },
  { often: 1, run: (working) => onPerson(working, "client", () => call(trashPerson, {})) },
  { often: 1, run: (working) => onPerson(working, "client", () => call(restorePerson, {})) },
  { often: 1, run: (working) => onPerson(working, "client", () => call(editPerson, { source: "web" })) },
  { often: 1, run: (working) => act(working, [{ doc: docId("studio"), call: call(editProfile, { phone: phone() }) }]) },
  { often: 12, run: type },
  { often: 6, run: openOne },
  { often: 2, run: releaseOne },
  { often: 2, run: trashSomeNote },
  { often: 1, run: ({ tab }) => tab.store.flush() },
];

const statusOf = ({ world }: Working): string => pick(world, ["new", "qualified", "proposal", "won", "lost"]) ?? "new";

const phone = (): string => `0532 ${String(1_000_000 + words).slice(1, 4)} 00 00`;

function newPerson({ promises }: Working): DocCall[] {
  const subject = crypto.randomUUID();
  promises.subjects.push(subject);
  return [
    { doc: docId("contact", subject), call: call(createContact, { name: word() }) },
    { doc: docId("client", subject), call: call(createPerson, { statusId: "new" }) },
  ];
}

function onPerson(working: Working, docClass: "contact" | "client", make: () => ActionCall): void {
  const subject = pick(working.world, working.promises.subjects);
  if (subject !== undefined) act(working, [{ doc: docId(docClass, subject), call: make() }]);
}

function act({ promises, device, tab }: Working, calls: readonly DocCall[]): void {
  promises.acts += 1;
  const wait = async (): Promise<void> => {
    const done = await tab.store.act(calls);
    // Hint: what a dead tab thinks nobody hears.
    if (!done.ok || tab.isDead()) return;
    promises.stored += 1;
    calls.forEach(({ doc, call: { action } }, index) => {
      const id = done.value.ids[index];
      if (action === createNote.name && id !== undefined) promises.notes.push({ device: device.name, doc, id });
    });
  };
  wait().catch((error: unknown) => void (tab.isDead() || tab.failures.push(error)));
}

function trashSomeNote({ world, tab, promises, device }: Working): void {
  const open = pick(world, [...tab.open.values()]);
  const noteId = open === undefined ? undefined : pick(world, open.ids(notes));
  if (open === undefined || noteId === undefined || open.gone() !== null) return;
  const which = world.random() < 0.7 ? call(trashNote, { noteId }) : call(restoreNote, { noteId });
  act({ world, tab, promises, device }, [{ doc: open.id, call: which }]);
}

/** How many documents stand open in a tab at once, at most. */
const MOST_OPEN = 3;

function openOne({ world, promises, tab }: Working): void {
  const subject = pick(world, promises.subjects);
  if (subject === undefined || tab.open.size >= MOST_OPEN) return;
  const doc = docId("client", subject);
  if (tab.open.has(doc)) return;
  const wait = async (): Promise<void> => {
    const open = await tab.store.open(doc);
    if (tab.isDead() || tab.open.has(doc)) open.release();
    else tab.open.set(doc, open);
  };
  wait().catch((error: unknown) => void (tab.isDead() || tab.failures.push(error)));
}

function releaseOne({ world, tab }: Working): void {
  const doc = pick(world, [...tab.open.keys()]);
  if (doc === undefined) return;
  tab.open.get(doc)?.release();
  tab.open.delete(doc);
}

const binding = { key: "editor" };

/** Types into some note, as the binding of an editor does, and sometimes takes a word out again. */
function type({ world, tab, promises }: Working): void {
  const open = pick(world, [...tab.open.values()]);
  if (open === undefined || open.isReadOnly || open.gone() !== null) return;
  const text = pick(world, textsOf(open));
  if (text === undefined) return;
  promises.typed += 1;
  const standing: string[] = text.toString().split(" ");
  const at = Math.floor(world.random() * standing.length);
  const place = standing.slice(0, at).reduce((sum, each) => sum + each.length + 1, 0);
  open.doc.transact(() => {
    const old = standing[at] ?? "";
    if (world.random() >= 0.15 || old === "") return text.insert(place, `${word()} `);
    for (const each of wordsIn(old)) promises.taken.add(each);
    text.delete(place, old.length);
  }, binding);
}

/** The words of this simulation that stand in a text. */
export const wordsIn = (text: string): string[] => text.match(/k[0-9a-y]+z/g) ?? [];

function textsOf(open: OpenDocument): Y.XmlText[] {
  return open.ids(notes).flatMap((id) => {
    const paragraph = open.read(notes, id)?.record.body.get(0);
    const text = paragraph instanceof Y.XmlElement ? paragraph.get(0) : null;
    return text instanceof Y.XmlText ? [text] : [];
  });
}
