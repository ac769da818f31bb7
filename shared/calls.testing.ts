// Owns random but lawful work for property tests: calls of every action with arguments of their schema, and edits of open texts.
import * as fc from "fast-check";
import * as Y from "yjs";
import type { ActionCall } from "./action.ts";
import { rootOf } from "./collection.ts";
import { notes } from "./notes.ts";
import { personSources } from "./people.ts";
import { customFieldCategories, customFieldTypes, locales } from "./studio.ts";
import { idOf } from "./testing.ts";

const callOf = (action: string, args: Record<string, fc.Arbitrary<unknown>>): fc.Arbitrary<ActionCall> =>
  fc.record(args, { requiredKeys: [] }).map((given) => ({ action, version: 1, args: given }));

const exactCallOf = (action: string, args: Record<string, fc.Arbitrary<unknown>>): fc.Arbitrary<ActionCall> =>
  fc.record(args).map((given) => ({ action, version: 1, args: given }));

const words = (maxLength: number): fc.Arbitrary<string> => fc.string({ minLength: 1, maxLength, unit: "grapheme" });
const name = fc.oneof(fc.constantFrom("Ayşe Yılmaz", "İrem Işık", "Ömer Çağlar"), words(20));
const phone = fc.constantFrom("0532 111 22 33", "+90 (532) 111-22-33", "444 0 555");
const email = fc.constantFrom("a@b.co", "ayşe@örnek.com.tr");
const id = fc.nat(3).map((n) => idOf(n + 1));
const status = fc.constantFrom("new", "qualified", "won", "lost", idOf(9));
const isSet = fc.boolean();
const orNull = (arbitrary: fc.Arbitrary<unknown>): fc.Arbitrary<unknown> => fc.option(arbitrary, { freq: 3 });
const customValue = fc.oneof(words(30), fc.double({ noNaN: true, noDefaultInfinity: true }), isSet, fc.array(words(5)));
const fieldNames = fc.array(fc.constantFrom("name", "source", `custom:${idOf(4)}`), { maxLength: 3 });
const verbs = fc.constantFrom("person.edit", "contact.edit", "customFields.create");

/** Calls on a contact document. */
export const contactCall: fc.Arbitrary<ActionCall> = fc.oneof(
  exactCallOf("contact.create", { name }),
  callOf("contact.edit", {
    name,
    phone: orNull(phone),
    email: orNull(email),
    address: orNull(words(50)),
    language: orNull(fc.constantFrom("tr", "en-GB")),
  }),
);

/** Calls on a client document. */
export const clientCall: fc.Arbitrary<ActionCall> = fc.oneof(
  exactCallOf("person.create", { statusId: status }),
  callOf("person.edit", { source: orNull(fc.constantFrom(...personSources)) }),
  exactCallOf("person.setCustom", { fieldId: id, value: orNull(customValue) }),
  exactCallOf("person.moveStatus", { to: status }),
  exactCallOf("person.trash", {}),
  exactCallOf("person.restore", {}),
  callOf("notes.create", { text: words(40) }),
  exactCallOf("notes.trash", { noteId: id }),
  exactCallOf("notes.restore", { noteId: id }),
  exactCallOf("activity.record", { verb: verbs, entity: fc.constant("person"), fields: fieldNames }),
);

/** Calls on a studio document. */
export const studioCall: fc.Arbitrary<ActionCall> = fc.oneof(
  callOf("studio.editProfile", {
    businessName: name,
    email: orNull(email),
    phone: orNull(phone),
    address: orNull(words(50)),
    locale: fc.constantFrom(...locales),
    timeZone: fc.constantFrom("Europe/Istanbul", "Etc/GMT-3"),
  }),
  exactCallOf("customFields.create", {
    label: name,
    type: fc.constantFrom(...customFieldTypes),
    category: fc.constantFrom(...customFieldCategories),
    rank: fc.constantFrom("a0", "Zz"),
  }),
  exactCallOf("customFields.trash", { fieldId: id, isTrashed: isSet }),
  exactCallOf("studioActivity.record", { verb: verbs, entity: fc.constant("profile"), fields: fieldNames }),
);

/** An edit of an open text: which note, which run of letters, where, and what. */
export type TextEdit = {
  readonly note: number;
  readonly run: number;
  readonly at: number;
  readonly kind: "type" | "delete" | "bold" | "link" | "paragraph" | "list" | "cut";
  readonly text: string;
};

/** Edits of open texts as two people make them. */
export const textEdit: fc.Arbitrary<TextEdit> = fc.record({
  note: fc.nat(3),
  run: fc.nat(3),
  at: fc.nat(30),
  kind: fc.constantFrom("type", "delete", "bold", "link", "paragraph", "list", "cut"),
  text: words(6),
});

/** Makes an edit on the nearest note and run that exist; nothing when there is none. */
export function editText(doc: Y.Doc, edit: TextEdit): void {
  const bodies = [...rootOf(doc, notes).values()].flatMap((note) => {
    const body: unknown = note instanceof Y.Map ? note.get("body") : null;
    return body instanceof Y.XmlFragment ? [body] : [];
  });
  const body = bodies[edit.note % Math.max(1, bodies.length)];
  if (body === undefined) return;
  const runs = [...body.createTreeWalker((type) => type instanceof Y.XmlText)];
  const run: unknown = runs[edit.run % Math.max(1, runs.length)];
  if (run instanceof Y.XmlText && editRun(run, edit)) return;
  editBlocks(body, edit);
}

function editRun(run: Y.XmlText, { kind, at, text }: TextEdit): boolean {
  const from = Math.min(at, run.length);
  const length = Math.min(3, run.length - from);
  if (kind === "type") run.insert(from, text);
  else if (kind === "delete" && length > 0) run.delete(from, length);
  else if (kind === "bold" && length > 0) run.format(from, length, { bold: at % 2 === 0 ? {} : null });
  else if (kind === "link" && length > 0) run.format(from, length, { link: { href: "https://lumiso.example" } });
  else return false;
  return true;
}

function editBlocks(body: Y.XmlFragment, { kind, at, text }: TextEdit): void {
  const from = Math.min(at, body.length);
  if (kind === "cut" && body.length > 0) body.delete(Math.min(at, body.length - 1), 1);
  else if (kind === "list") {
    const item = new Y.XmlElement("listItem");
    const list = new Y.XmlElement("bulletList");
    item.insert(0, [paragraphOf(text)]);
    list.insert(0, [item]);
    body.insert(from, [list]);
  } else body.insert(from, [paragraphOf(text)]);
}

function paragraphOf(text: string): Y.XmlElement {
  const paragraph = new Y.XmlElement("paragraph");
  paragraph.insert(0, [new Y.XmlText(text)]);
  return paragraph;
}
