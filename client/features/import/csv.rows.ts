// Owns the rows of a table: how a text of `\n` lines is cut into rows and cells, with the line of each, and what a quotation
// mark that is never closed costs. Never knows what a column means (csv.columns.ts).
import Papa from "papaparse";

/** The separators that tables of contacts use. */
export type Delimiter = "," | ";" | "\t";

/** A row with the line it begins on. `broken`: a quotation mark in it is never closed, so it was read without quotation. */
export type TableRow = { readonly line: number; readonly cells: readonly string[]; readonly broken: boolean };

/** The longest row that is read. Hint: it also bounds what a hostile file makes the parser scan again. Units: characters. */
const WINDOW = 65_536;

/** After so many broken rows the rest is read without quotation, or each would cost a window. */
const MAX_BROKEN = 30;

/** The most columns that are looked at. */
export const MAX_COLUMNS = 256;

type Cursor = { offset: number; line: number; broken: number };

/** The rows of a table in their order, blank ones too. Rule: I19, I20. */
export function* tableRows(text: string, delimiter: Delimiter): Generator<TableRow> {
  const source = shortenBlanks(text);
  const cursor: Cursor = { offset: 0, line: 1, broken: 0 };
  while (cursor.offset < source.length) {
    const before = cursor.offset;
    yield* windowRows(source, delimiter, cursor);
    // Hint: the parser drops a byte order mark, so a window of nothing else has no row.
    if (cursor.offset === before) yield* brokenRow(source, delimiter, cursor);
  }
}

/** Hint: the parser trims what follows each quotation mark, so endless blanks would make it quadratic. */
const shortenBlanks = (text: string): string =>
  text.replaceAll(/(?<![^\S\n])[^\S\n]{257,}/g, (blanks) => blanks.slice(0, MAX_COLUMNS));

function* windowRows(text: string, delimiter: Delimiter, cursor: Cursor): Generator<TableRow> {
  const window = text.slice(cursor.offset, cursor.offset + WINDOW);
  const isLast = cursor.offset + window.length >= text.length;
  // Hint: decodeText lets no zero through, so as a quotation mark it switches quotation off.
  const quoteChar = cursor.broken > MAX_BROKEN ? "\0" : '"';
  const { data, errors } = Papa.parse<string[]>(window, { delimiter, newline: "\n", quoteChar });
  const suspects = new Map(errors.map((error) => [error.row, error.code]));
  for (const [index, cells] of data.entries()) {
    const isCut = index === data.length - 1 && !isLast;
    // The last row of a window goes on in the next one.
    if (isCut && index > 0) return;
    const lines = 1 + cells.reduce((sum, cell) => sum + countNewlines(cell), 0);
    const code = suspects.get(index);
    if (isCut || code === "MissingQuotes" || (code !== undefined && lines > 1))
      return yield* brokenRow(text, delimiter, cursor);
    yield quoteChar === "\0" ? withoutQuotes(cursor.line, cells) : { line: cursor.line, cells, broken: false };
    advance(text, cursor, lines);
  }
}

/** Reads one physical line without quotation, and goes on below it. Rule: I19. */
function* brokenRow(text: string, delimiter: Delimiter, cursor: Cursor): Generator<TableRow> {
  const newline = text.indexOf("\n", cursor.offset);
  const end = newline === -1 ? text.length : newline;
  const cells = text.slice(cursor.offset, end).split(delimiter, MAX_COLUMNS + 1);
  yield withoutQuotes(cursor.line, cells);
  cursor.broken += 1;
  advance(text, cursor, 1);
}

const withoutQuotes = (line: number, cells: readonly string[]): TableRow => ({
  line,
  cells: cells.map((cell) => cell.replaceAll('"', "")),
  broken: cells.some((cell) => cell.includes('"')),
});

function advance(text: string, cursor: Cursor, lines: number): void {
  cursor.line += lines;
  for (let left = lines; left > 0; left -= 1) {
    const newline = text.indexOf("\n", cursor.offset);
    cursor.offset = newline === -1 ? text.length : newline + 1;
  }
}

function countNewlines(cell: string): number {
  let count = 0;
  for (let at = cell.indexOf("\n"); at !== -1; at = cell.indexOf("\n", at + 1)) count += 1;
  return count;
}

/** Tells whether nothing stands in a row. */
export const isBlankRow = ({ cells }: TableRow): boolean => cells.every((cell) => cell.trim() === "");
