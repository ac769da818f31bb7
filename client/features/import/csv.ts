// Owns how a table becomes entries: its delimiter, its heading, the meaning of its columns and each row by them.
// Never cuts rows (csv.rows.ts), judges columns (csv.columns.ts) or values (entry.ts).
import { isPhoneLike, countHeadings, fieldsOfHeadings, guessFields } from "./csv.columns.ts";
import type { ColumnField, ColumnMapping } from "./csv.columns.ts";
import { isBlankRow, MAX_COLUMNS, tableRows } from "./csv.rows.ts";
import type { Delimiter, TableRow } from "./csv.rows.ts";
import { addProblemOnce, addValue, finishEntry, newEntry } from "./entry.ts";
import type { Entry, RawValue, Reading } from "./entry.ts";

/** How a table was read, for a person to see and change. `headingLine` is null when there is no heading. Rule: I18. */
export type TableMapping = {
  readonly delimiter: Delimiter;
  readonly headingLine: number | null;
  readonly columns: readonly TableColumn[];
};

/** One column: its heading, what it is read as, and its first value as an example. */
export type TableColumn = { readonly heading: string; readonly field: ColumnField; readonly sample: string };

/** What a person may say about a table instead of our judgement. Rule: I18. */
export type TableOptions = { readonly mapping?: ColumnMapping; readonly hasHeading?: boolean };

type Table = { readonly mapping: TableMapping; readonly width: number; readonly startLine: number };

const SAMPLE_ROWS = 200;
const SAMPLE_CHARACTERS = 262_144;
const HEADING_ROWS = 10;

/** Reads the rows of a table, whose line endings are `\n`; stops after `limit`. Gives the number of rows. Rule: I16–I19. */
export function readTable(
  text: string,
  options: TableOptions,
  { reading, limit }: { reading: Reading; limit: number },
): { entries: number; mapping: TableMapping } {
  const named = /^"?sep=([,;\t])"?\n/i.exec(text.slice(0, 20));
  const delimiter = delimiterOf(named?.[1] ?? "") ?? guessDelimiter(text);
  const table = shapeOf(sampleRows(text, delimiter), { options, delimiter });
  const fields = table.mapping.columns.map(({ field }) => field);
  let entries = 0;
  for (const row of tableRows(text, delimiter)) {
    if (entries > limit) break;
    if (isBlankRow(row) || row.line === table.mapping.headingLine || (named && row.line === 1)) continue;
    entries += 1;
    if (row.line < table.startLine) reading.problems.push({ line: row.line, type: "row_before_heading" });
    else finishEntry(rowToEntry(row, fields, table.width), reading);
  }
  return { entries, mapping: table.mapping };
}

const delimiters: readonly Delimiter[] = [",", ";", "\t"];

const delimiterOf = (text: string): Delimiter | null => delimiters.find((delimiter) => delimiter === text) ?? null;

/** The delimiter that gives the most known headings, or else the most columns in nearly all rows. Rule: I16. */
function guessDelimiter(text: string): Delimiter {
  let best: { delimiter: Delimiter; score: number } = { delimiter: ",", score: 0 };
  for (const delimiter of delimiters) {
    const rows = sampleRows(text, delimiter).slice(0, 20);
    const headings = Math.max(
      0,
      ...rows.slice(0, HEADING_ROWS).map(({ cells }) => countHeadings(cells.slice(0, MAX_COLUMNS))),
    );
    const width = commonWidth(rows);
    const even = rows.filter(({ cells }) => cells.length === width).length / Math.max(rows.length, 1);
    const score = (headings > 1 ? headings * 1000 : 0) + (width > 1 ? Math.min(width, 99) * even : 0);
    if (score > best.score) best = { delimiter, score };
  }
  return best.delimiter;
}

/** The first rows that are not blank, without the line that names the delimiter. */
function sampleRows(text: string, delimiter: Delimiter): TableRow[] {
  const rows: TableRow[] = [];
  for (const row of tableRows(text.slice(0, SAMPLE_CHARACTERS), delimiter)) {
    if (rows.length >= SAMPLE_ROWS) break;
    if (!isBlankRow(row) && !/^sep=/i.test(row.cells[0]?.slice(0, 10) ?? "")) rows.push(row);
  }
  return rows;
}

function commonWidth(rows: readonly TableRow[]): number {
  const counts = new Map<number, number>();
  for (const { cells } of rows) counts.set(cells.length, (counts.get(cells.length) ?? 0) + 1);
  return [...counts].toSorted((one, other) => other[1] - one[1])[0]?.[0] ?? 0;
}

type ShapeOptions = { readonly options: TableOptions; readonly delimiter: Delimiter };

function shapeOf(rows: readonly TableRow[], { options, delimiter }: ShapeOptions): Table {
  const found = findHeading(rows, options.hasHeading);
  const heading = found === null ? undefined : rows[found];
  const body = rows.slice(found === null ? 0 : found + 1);
  const count = Math.min(heading?.cells.length ?? Math.max(0, ...body.map(({ cells }) => cells.length)), MAX_COLUMNS);
  const headings = Array.from({ length: count }, (_, index) => (heading?.cells[index] ?? "").trim());
  const cells = body.map((row) => row.cells);
  const fields = options.mapping ?? guessFields(fieldsOfHeadings(headings), cells);
  const columns = headings.map((text, index) => ({
    heading: text.slice(0, 100),
    field: fields[index] ?? "ignored",
    sample:
      cells
        .find((row) => row[index]?.trim())
        ?.[index]?.trim()
        .slice(0, 100) ?? "",
  }));
  const width = heading ? headings.findLastIndex((text) => text !== "") + 1 : commonWidth(body);
  const headingLine = heading?.line ?? null;
  return { mapping: { delimiter, headingLine, columns }, width, startLine: headingLine ?? 1 };
}

/** The row of headings: one with known ones, or a first row that does not look like those below it. Rule: I16, I17. */
function findHeading(rows: readonly TableRow[], wanted: boolean | undefined): number | null {
  if (wanted === false) return null;
  const counts = rows
    .slice(0, HEADING_ROWS)
    .map(({ cells }) => (cells.some(isReach) ? 0 : countHeadings(cells.slice(0, MAX_COLUMNS))));
  const best = counts.indexOf(Math.max(1, ...counts));
  const isSure = best === 0 || (counts[best] ?? 0) > 1;
  if (best >= 0 && isSure) return best;
  return wanted === true || (rows.length > 1 && isUnlikeBody(rows)) ? 0 : null;
}

const isReach = (cell: string): boolean => cell.includes("@") || isPhoneLike(cell.trim());

function isUnlikeBody([first, ...body]: readonly TableRow[]): boolean {
  const fields = guessFields(
    (first?.cells ?? []).slice(0, MAX_COLUMNS).map(() => null),
    body.map(({ cells }) => cells),
  );
  const reach = fields.flatMap((field, index) => (field === "phone" || field === "email" ? [index] : []));
  return (
    reach.length > 0 &&
    reach.every((index) => /\p{L}/u.test(first?.cells[index] ?? "") && !isReach(first?.cells[index] ?? ""))
  );
}

function rowToEntry(row: TableRow, fields: ColumnMapping, width: number): Entry {
  const entry = newEntry(row.line);
  const parts = new Map<ColumnField, string>();
  for (const [index, text] of row.cells.slice(0, MAX_COLUMNS).entries())
    if (text.trim() !== "")
      takeCell(entry, parts, { field: fields[index] ?? "ignored", value: { text, line: row.line } });
  const whole = nameParts.map((part) => parts.get(part)?.trim() ?? "").filter(Boolean);
  addValue(entry.names, { text: whole.join(" "), line: row.line });
  if (row.broken) addProblemOnce(entry, { line: row.line, type: "broken_quotes" });
  if (row.cells.length < width) addProblemOnce(entry, { line: row.line, type: "too_few_columns" });
  if (row.cells.slice(Math.max(width, fields.length)).some((cell) => cell.trim() !== ""))
    addProblemOnce(entry, { line: row.line, type: "too_many_columns" });
  return entry;
}

const nameParts: readonly ColumnField[] = ["namePrefix", "givenName", "middleName", "familyName", "nameSuffix"];

/** Where the value of a column goes; a second name column is another name, which has no place. */
function listFor(entry: Entry, field: ColumnField): RawValue[] | null {
  if (field === "name") return entry.names.length === 0 ? entry.names : entry.nicknames;
  if (field === "nickname") return entry.nicknames;
  if (field === "organisation") return entry.organisations;
  if (field === "email") return entry.emails;
  if (field === "address" || field === "street") return entry.addresses;
  return field === "note" ? entry.notes : null;
}

/** Goes on with the address that the row began, or begins it. */
function joinAddress(entry: Entry, { text, line }: RawValue): void {
  const begun = entry.addresses.pop();
  addValue(entry.addresses, { text: begun ? `${begun.text.trim()}, ${text.trim()}` : text, line });
}

type Cell = { readonly field: ColumnField; readonly value: RawValue };

function takeCell(entry: Entry, parts: Map<ColumnField, string>, { field, value }: Cell): void {
  if (field === "mobile" || field === "fax") addValue(entry.phones, { ...value, kind: field });
  else if (field === "phone") addValue(entry.phones, value);
  else if (field === "addressPart") joinAddress(entry, value);
  else if (nameParts.includes(field)) parts.set(field, [parts.get(field), value.text].filter(Boolean).join(" "));
  else {
    const list = listFor(entry, field);
    if (list) addValue(list, value);
  }
}
