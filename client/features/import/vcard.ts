// Owns the meaning of vCard 2.1, 3.0 and 4.0: which property becomes which value of an entry, and where a card begins and ends.
// Never joins lines (vcard.lines.ts), decodes values (vcard.text.ts) or judges them (entry.ts).
import type { FileEncoding } from "./decode.ts";
import { addProblemOnce, addValue, finishEntry, newEntry } from "./entry.ts";
import type { Entry, ImportField, ImportProblemType, RawValue, Reading } from "./entry.ts";
import { boundaryOf, logicalLines, readProperty } from "./vcard.lines.ts";
import type { Property, TextLine } from "./vcard.lines.ts";
import { partsOf, textOf } from "./vcard.text.ts";

/** A card that is open. `agent`: its last line announced a card inside it. */
type Card = {
  readonly entry: Entry;
  readonly structured: RawValue[];
  readonly labels: RawValue[];
  isGroup: boolean;
  agent: boolean;
};

type State = {
  readonly reading: Reading;
  readonly encoding: FileEncoding;
  readonly open: Card[];
  entries: number;
  outside: boolean;
};

/**
 * Reads the cards of a vCard text, whose line endings are `\n`; stops after `limit` cards.
 * Gives the number of cards that were begun. Rule: I12, I13, I14.
 */
export function readCards(text: string, encoding: FileEncoding, options: { reading: Reading; limit: number }): number {
  const state: State = { reading: options.reading, encoding, open: [], entries: 0, outside: false };
  for (const line of logicalLines(text)) {
    if (state.entries > options.limit) break;
    takeLine(state, line);
  }
  while (state.open.length > 0) closeBroken(state);
  return state.entries;
}

/** Tells whether a file calls itself a vCard. */
export const isNamedVcard = (fileName: string): boolean => /\.(?:vcf|vcard)$/i.test(fileName.slice(-6));

/** Tells whether a text holds a vCard: it begins with one, or has one anywhere when its name says so. */
export function isVcard(fileName: string, text: string): boolean {
  if (/^[\s\uFEFF]*BEGIN\s*:\s*VCARD/i.test(text.slice(0, 1000))) return true;
  return isNamedVcard(fileName) && /^\uFEFF?BEGIN:VCARD/im.test(text);
}

function takeLine(state: State, line: TextLine): void {
  const card = state.open.at(-1);
  const boundary = boundaryOf(line.text);
  if (boundary === "begin") beginCard(state, line.line);
  else if (boundary === "end" && card) closeCard(state);
  else if (line.text.trim() === "") return;
  else if (card) takeProperty(state, card, line);
  else tellOutside(state, line.line);
}

function beginCard(state: State, line: number): void {
  const card = state.open.at(-1);
  // A card inside a card follows its AGENT line; any other means that the end of the one before is missing.
  if (card && !card.agent) closeBroken(state);
  if (card) card.agent = false;
  state.open.push({ entry: newEntry(line), structured: [], labels: [], isGroup: false, agent: false });
  state.entries += 1;
  state.outside = false;
}

function closeBroken(state: State): void {
  const card = state.open.at(-1);
  if (card) addProblemOnce(card.entry, { line: card.entry.line, type: "broken_card" });
  closeCard(state);
}

function closeCard(state: State): void {
  const card = state.open.pop();
  if (card === undefined) return;
  const { entry, isGroup, labels, structured } = card;
  if (isGroup) {
    state.reading.problems.push({ line: entry.line, type: "group_skipped" });
    return;
  }
  for (const name of structured) addValue(entry.names, name);
  if (entry.addresses.length === 0) for (const label of labels) addValue(entry.addresses, label);
  finishEntry(entry, state.reading);
}

/** Text between cards is told once, however long it is. Rule: I14. */
function tellOutside(state: State, line: number): void {
  if (!state.outside) state.reading.problems.push({ line, type: "text_outside_cards" });
  state.outside = true;
}

function takeProperty(state: State, card: Card, line: TextLine): void {
  const property = readProperty(line);
  if (property === null) return addProblemOnce(card.entry, { line: line.line, type: "broken_card" });
  card.agent = property.name === "AGENT" && property.value.trim() === "";
  const empty = !/[^;,\s]/.test(property.value);
  if (empty || silent.has(property.name)) return;
  const read = readers[property.name];
  if (read) read({ card, property, encoding: state.encoding });
  else skip("field_skipped", "other")({ card, property, encoding: state.encoding });
}

type Place = { readonly card: Card; readonly property: Property; readonly encoding: FileEncoding };
type Reader = (place: Place) => void;

/** Properties that say nothing about the person. */
const silent = new Set(
  (
    "VERSION PRODID REV UID SOURCE PROFILE NAME CLASS MAILER CLIENTPIDMAP SORT-STRING X-ABLABEL X-ABADR X-ABUID X-ABSHOWAS " +
    "X-SHARED-PHOTO-DISPLAY-PREF X-IMAGETYPE X-IMAGEHASH X-PHONETIC-FIRST-NAME X-PHONETIC-MIDDLE-NAME X-PHONETIC-LAST-NAME " +
    "X-MS-OL-DEFAULT-POSTAL-ADDRESS X-MS-OL-DESIGN X-ADDRESSING-GRAMMAR"
  ).split(" "),
);

const readers: Readonly<Record<string, Reader>> = {
  FN: (place) => addValue(place.card.entry.names, wholeText(place, "name")),
  N: (place) =>
    addValue(
      place.card.structured,
      joinedText(place, { field: "name", order: [3, 1, 2, 0, 4], comma: " ", glue: " " }),
    ),
  NICKNAME: (place) => addValue(place.card.entry.nicknames, wholeText(place, "name")),
  ORG: (place) =>
    addValue(
      place.card.entry.organisations,
      joinedText(place, { field: "organisation", order: [0, 1, 2], comma: ", ", glue: ", " }),
    ),
  TEL: ({ card, property, encoding }) => {
    const value = wholeText({ card, property, encoding }, "phone");
    const kind = phoneKind(property.kinds);
    addValue(card.entry.phones, kind ? { ...value, kind } : value);
  },
  EMAIL: (place) => addValue(place.card.entry.emails, wholeText(place, "email")),
  ADR: (place) => addValue(place.card.entry.addresses, addressText(place)),
  LABEL: (place) => addValue(place.card.labels, wholeText(place, "address")),
  NOTE: (place) => addValue(place.card.entry.notes, wholeText(place, "note")),
  KIND: readKind,
  "X-ADDRESSBOOKSERVER-KIND": readKind,
  BDAY: skip("field_skipped", "birthday"),
  PHOTO: skip("photo_skipped", "photo"),
  LOGO: skip("photo_skipped", "photo"),
  "X-MS-CARDPICTURE": skip("photo_skipped", "photo"),
  TITLE: skip("field_skipped", "organisation"),
  ROLE: skip("field_skipped", "organisation"),
  CATEGORIES: (place) => {
    // Every contact of a Google account is in this group.
    if (!/^\s*mycontacts\s*$/i.test(place.property.value.slice(0, 40))) skip("field_skipped", "other")(place);
  },
};

function skip(type: ImportProblemType, field: ImportField): Reader {
  return ({ card, property }) => addProblemOnce(card.entry, { line: property.line, type, field });
}

function readKind({ card, property }: Place): void {
  if (property.value.trim().toLowerCase() === "group") card.isGroup = true;
}

function phoneKind(kinds: ReadonlySet<string>): "mobile" | "fax" | null {
  if (kinds.has("FAX") || kinds.has("PAGER")) return "fax";
  return kinds.has("CELL") || kinds.has("MOBILE") || kinds.has("IPHONE") ? "mobile" : null;
}

function wholeText(place: Place, field: ImportField): RawValue {
  const { text, known } = textOf(place.property);
  noteCharset(place, { known, field });
  return { text, line: place.property.line };
}

type Order = {
  readonly field: ImportField;
  readonly order: readonly number[];
  readonly comma: string;
  readonly glue: string;
};

function joinedText(place: Place, { field, order, comma, glue }: Order): RawValue {
  const { parts, known } = partsOf(place.property);
  noteCharset(place, { known, field });
  const texts = order.map((index) =>
    (parts[index] ?? [])
      .map((part) => part.trim())
      .filter(Boolean)
      .join(comma),
  );
  return { text: texts.filter(Boolean).join(glue), line: place.property.line };
}

/** Street, the rest of it, box, postal code with town, region, country: as an envelope in Türkiye has it. */
function addressText(place: Place): RawValue {
  const { parts, known } = partsOf(place.property);
  noteCharset(place, { known, field: "address" });
  const [box = "", extended = "", street = "", town = "", region = "", code = "", country = ""] = parts.map((part) =>
    part
      .map((text) => text.trim())
      .filter(Boolean)
      .join(", "),
  );
  const texts = [street, extended, box, `${code} ${town}`.trim(), region, country];
  return { text: texts.filter(Boolean).join(", "), line: place.property.line };
}

/** A charset is doubtful when nobody knows it, or when the file is not in the one that a value names. Rule: I15. */
function noteCharset(
  { card, property, encoding }: Place,
  { known, field }: { known: boolean; field: ImportField },
): void {
  const named = property.encoding === "plain" && encoding === "windows-1254" ? property.charset : null;
  const contradicts =
    named !== null && /[^\0-~]/.test(property.value) && !/^(?:windows-1254|cp-?1254|iso-?8859-9|latin5)$/i.test(named);
  if (!known || contradicts) addProblemOnce(card.entry, { line: property.line, type: "unknown_charset", field });
}
