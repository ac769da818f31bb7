// Owns the schema of long text: every node and mark a note may hold, how it is checked, read as plain text and made from it.
// The list is complete from the start: an editor whose schema lacks a node deletes it by merely opening the text.
// Never imports an editor; the client's editor is tested against this list.
import * as v from "valibot";
import * as Y from "yjs";

/** The schema of a field that holds long text: a `Y.XmlFragment` made together with its record. Rule: M4. */
export const richText = v.instance(Y.XmlFragment);

type Scalar = string | number | boolean | null;
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
export const MAX_TEXT_DEPTH = 16;

/** The longest plain text of one note that a device makes at once. Units: UTF-16 code units. */
export const MAX_TEXT_LENGTH = 20_000;

type TextType = Y.XmlFragment | Y.XmlElement | Y.XmlText;
type Pending = { readonly type: unknown; readonly depth: number };

/** Checks a text or a part of one, and all below it, without recursion. Fails: false on anything outside the schema. Rule: M5. */
export function isLawfulText(root: unknown): boolean {
  const pending: Pending[] = [{ type: root, depth: depthOf(root) }];
  for (let next = pending.pop(); next !== undefined; next = pending.pop()) {
    if (next.depth > MAX_TEXT_DEPTH) return false;
    const children = lawfulChildren(next.type);
    if (children === null) return false;
    for (const child of children) pending.push({ type: child, depth: next.depth + 1 });
  }
  return true;
}

function depthOf(type: unknown): number {
  let depth = 0;
  let above = type instanceof Y.AbstractType ? type.parent : null;
  while (above instanceof Y.XmlFragment && depth <= MAX_TEXT_DEPTH) {
    depth += 1;
    above = above.parent;
  }
  return depth;
}

function lawfulChildren(type: unknown): readonly unknown[] | null {
  if (type instanceof Y.XmlText) return lawfulRuns(type) ? [] : null;
  if (type instanceof Y.XmlHook) return null;
  if (type instanceof Y.XmlElement) return lawfulElement(type) ? type.toArray() : null;
  return type instanceof Y.XmlFragment ? type.toArray() : null;
}

function lawfulElement(element: Y.XmlElement): boolean {
  const allowed = own(textNodes, element.nodeName);
  return allowed !== null && lawfulAttributes(allowed, element.getAttributes());
}

function lawfulRuns(text: Y.XmlText): boolean {
  if (Object.keys(text.getAttributes()).length > 0) return false;
  // Hint: toDelta of a Y.XmlText gives a list of runs, typed `any` by yjs.
  const runs = text.toDelta() as { insert: unknown; attributes?: Record<string, unknown> }[];
  return runs.every((run) => typeof run.insert === "string" && lawfulMarks(run.attributes ?? {}));
}

function lawfulMarks(marks: Record<string, unknown>): boolean {
  return Object.entries(marks).every(([name, attributes]) => {
    const allowed = own(textMarks, name);
    if (allowed === null || typeof attributes !== "object" || attributes === null) return false;
    return lawfulAttributes(allowed, attributes);
  });
}

function lawfulAttributes(allowed: Readonly<Record<string, AttributeCheck>>, attributes: object): boolean {
  return Object.entries(attributes).every(([name, value]) => own(allowed, name)?.(value) ?? false);
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
      pending.push(...textChildren(next));
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
  // Hint: see lawfulRuns.
  const runs = text.toDelta() as { insert: Scalar | object }[];
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
