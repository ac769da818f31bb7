// Owns the schema of long text: every node and mark a note may hold, how it is checked, read as plain text and made from it.
// The list is complete from the start: an editor whose schema lacks a node deletes it by merely opening the text.
// Never imports an editor; the client's editor is tested against this list.
import * as v from "valibot";
import * as Y from "yjs";
import { isExactly, itemsIn, singleValue, typeIn } from "./content.ts";
import type { Holder } from "./content.ts";
import { fixedLimits } from "./limits.ts";

/** The schema of a field that holds long text: a `Y.XmlFragment` made together with its record. Rule: M4. */
export const richText = v.custom<Y.XmlFragment>((value) => isExactly(value, Y.XmlFragment));

type AttributeCheck = (value: unknown) => boolean;

const isShortText: AttributeCheck = (value) => typeof value === "string" && value.length <= 255;
const isMaybeText: AttributeCheck = (value) => value === null || isShortText(value);
const isCount: AttributeCheck = (value) => Number.isSafeInteger(value) && Number(value) >= 0;
const linkForm = /^(?:https?:\/\/|mailto:|tel:)/i;

/** Tells whether an address may stand in a link: web, mail or telephone, never a script. Rule: M6. */
export const isSafeLink = (value: unknown): boolean =>
  typeof value === "string" && value.length <= 2048 && linkForm.test(value);

/** Every node of long text with its attributes; `text` is a `Y.XmlText`. Rule: M5. Source: design §1. */
export const textNodes: Readonly<Record<string, Readonly<Record<string, AttributeCheck>>>> = {
  paragraph: {},
  heading: { level: (value) => value === 1 || value === 2 || value === 3 },
  bulletList: {},
  orderedList: { start: isCount, type: isMaybeText },
  listItem: {},
  taskList: {},
  taskItem: { checked: (value) => typeof value === "boolean" },
  hardBreak: {},
  mention: { id: isShortText, label: isMaybeText, mentionSuggestionChar: isMaybeText },
};

/** Every mark of long text with its attributes. Rule: M5. */
export const textMarks: Readonly<Record<string, Readonly<Record<string, AttributeCheck>>>> = {
  bold: {},
  italic: {},
  link: { href: isSafeLink, target: isMaybeText, rel: isMaybeText, class: isMaybeText, title: isMaybeText },
};

/** Deepest nesting of nodes in a long text. Source: sync.md §4.4. */
export const MAX_TEXT_DEPTH = fixedLimits.nestingDepth;

/** The longest plain text of one note that a device makes at once. Units: UTF-16 code units. */
export const MAX_TEXT_LENGTH = 20_000;

type TextType = Y.XmlFragment | Y.XmlElement | Y.XmlText;
type Pending = { readonly type: Holder; readonly depth: number };

/** Checks a whole text, without recursion. Fails: false on anything outside the schema, hidden content included. Rule: M5. */
export function isLawfulText(root: unknown): boolean {
  if (!(root instanceof Y.XmlFragment) || !v.is(richText, root)) return false;
  const pending: Pending[] = [{ type: root, depth: 0 }];
  for (let next = pending.pop(); next !== undefined; next = pending.pop()) {
    for (const item of itemsIn(next.type)) {
      if (judgeTextItem(item, next.depth) !== null) return false;
      const type = item.deleted ? null : typeIn(item);
      if (type !== null) pending.push({ type, depth: next.depth + 1 });
    }
  }
  return true;
}

/**
 * Judges one item of a text alone, by the type it lies in and that type's depth below the field.
 * Fails: `text` outside the schema, `depth` too deep. Rules: M5, C8.
 */
export function judgeTextItem(item: Y.Item, depth: number): "text" | "depth" | null {
  const { parent } = item;
  // Hint: a key stays in the state when its value is dead, so keys are judged first.
  if (item.parentSub !== null) return isLawfulEntry(parent, { name: item.parentSub, item }) ? null : "text";
  if (item.deleted) return null;
  if (isExactly(parent, Y.XmlText)) return isLawfulRun(item.content) ? null : "text";
  if (!isLawfulChild(typeIn(item))) return "text";
  return depth + 1 > MAX_TEXT_DEPTH ? "depth" : null;
}

const isLawfulChild = (type: unknown): boolean =>
  isExactly(type, Y.XmlText) ||
  (type instanceof Y.XmlElement && isExactly(type, Y.XmlElement) && own(textNodes, type.nodeName) !== null);

function isLawfulEntry(parent: unknown, { name, item }: { name: string; item: Y.Item }): boolean {
  if (!(parent instanceof Y.XmlElement)) return false;
  const check = own(own(textNodes, parent.nodeName) ?? {}, name);
  return check !== null && (item.deleted || check(singleValue(item)));
}

function isLawfulRun(content: Y.Item["content"]): boolean {
  return content instanceof Y.ContentString || (content instanceof Y.ContentFormat && isLawfulMark(content));
}

/** A mark begins with its attributes and ends with null. */
function isLawfulMark({ key, value }: { readonly key: string; readonly value: unknown }): boolean {
  const allowed = own(textMarks, key);
  if (allowed === null || value === null) return allowed !== null;
  if (typeof value !== "object" || !isPlain(value)) return false;
  return Object.entries(value).every(([name, each]) => own(allowed, name)?.(each) ?? false);
}

/** Hint: an editor gives attributes without a prototype; once they were written and read again they have one. */
function isPlain(value: object): boolean {
  const prototype: unknown = Object.getPrototypeOf(value);
  return prototype === Object.prototype || prototype === null;
}

function own<T>(table: Readonly<Record<string, T>>, key: string): T | null {
  return Object.hasOwn(table, key) ? (table[key] ?? null) : null;
}

/** The text without its form, one line per block; stops at the given length. */
export function textToPlain(fragment: Y.XmlFragment, maxLength = MAX_TEXT_LENGTH): string {
  const blocks = new Set(["paragraph", "heading", "listItem", "taskItem"]);
  const pending = textChildren(fragment);
  let plain = "";
  for (let next = pending.pop(); next !== undefined && plain.length < maxLength; next = pending.pop()) {
    if (next instanceof Y.XmlText) plain += plainRun(next);
    else {
      const name = next instanceof Y.XmlElement ? next.nodeName : "";
      if (name === "hardBreak" || (blocks.has(name) && plain !== "" && !plain.endsWith("\n"))) plain += "\n";
      for (const child of textChildren(next)) pending.push(child);
    }
  }
  return plain.slice(0, maxLength);
}

/** Last child first, so that a stack hands out the first one. */
function textChildren(parent: Y.XmlFragment): TextType[] {
  const isText = (type: unknown): type is TextType => type instanceof Y.XmlFragment || type instanceof Y.XmlText;
  const children: unknown[] = parent.toArray().toReversed();
  return children.filter(isText);
}

function plainRun(text: Y.XmlText): string {
  // Hint: toDelta of a Y.XmlText gives a list of runs, typed `any` by yjs.
  const runs = text.toDelta() as { insert: unknown }[];
  return runs.map((run) => (typeof run.insert === "string" ? run.insert : "")).join("");
}

/** A new text with one paragraph per line. */
export function plainToText(plain: string): Y.XmlFragment {
  const fragment = new Y.XmlFragment();
  fragment.insert(0, plain.slice(0, MAX_TEXT_LENGTH).split("\n").map(paragraph));
  return fragment;
}

function paragraph(line: string): Y.XmlElement {
  const element = new Y.XmlElement("paragraph");
  if (line !== "") element.insert(0, [new Y.XmlText(line)]);
  return element;
}
