// Owns the lines of a vCard file: physical lines, folded and soft-broken ones joined, and a line taken apart into a property.
// Never knows what a property means (vcard.ts) and never decodes a value (vcard.text.ts).

/** A line as a person would count it, or several that an exporter folded; `line` is the first. Units: counts from 1. */
export type TextLine = { readonly line: number; readonly text: string };

/** One property of a card. `kinds` holds types and bare parameters in upper case, such as `CELL` or `PREF`. */
export type Property = {
  readonly line: number;
  readonly name: string;
  readonly kinds: ReadonlySet<string>;
  readonly encoding: "plain" | "quoted-printable" | "base64";
  readonly charset: string | null;
  readonly value: string;
};

/** The lines of a text whose line endings are `\n`. */
function* physicalLines(text: string): Generator<TextLine> {
  let line = 1;
  for (let start = 0; start < text.length; line += 1) {
    const newline = text.indexOf("\n", start);
    const end = newline === -1 ? text.length : newline;
    yield { line, text: text.slice(start, end) };
    start = end + 1;
  }
}

type OpenLine = { readonly line: number; readonly parts: string[]; readonly mode: Property["encoding"] };

/** The lines of a vCard file with folds and soft breaks undone. Rule: I12. Source: RFC 6350 §3.2, RFC 2045 §6.7, vCard 2.1 §2.1. */
export function* logicalLines(text: string): Generator<TextLine> {
  let open: OpenLine | null = null;
  for (const physical of physicalLines(text)) {
    if (open !== null && continues(open, physical.text)) {
      extend(open, physical.text);
      continue;
    }
    if (open !== null) yield { line: open.line, text: open.parts.join("") };
    open = { line: physical.line, parts: [physical.text], mode: encodingOf(physical.text) };
  }
  if (open !== null) yield { line: open.line, text: open.parts.join("") };
}

function encodingOf(text: string): Property["encoding"] {
  const start = text.slice(0, 1000);
  const head = start.slice(0, start.indexOf(":") + 1).toUpperCase();
  if (!head.includes(";")) return "plain";
  if (head.includes("QUOTED-PRINTABLE")) return "quoted-printable";
  return /[;=](?:BASE64|B)[;:]/.test(head) ? "base64" : "plain";
}

function continues(open: OpenLine, text: string): boolean {
  if (endsSoftly(open)) return boundaryOf(text) === null;
  if (text.startsWith(" ") || text.startsWith("\t")) return true;
  // Some phones write the lines of a picture without a fold; they hold no colon and end with an empty line.
  return open.mode === "base64" && text !== "" && !text.includes(":");
}

function extend(open: OpenLine, text: string): void {
  const last = open.parts.at(-1) ?? "";
  const soft = endsSoftly(open);
  if (soft) open.parts[open.parts.length - 1] = last.slice(0, -1);
  open.parts.push(!soft && (text.startsWith(" ") || text.startsWith("\t")) ? text.slice(1) : text);
}

const endsSoftly = ({ mode, parts }: OpenLine): boolean =>
  mode === "quoted-printable" && (parts.at(-1) ?? "").endsWith("=");

/** Whether a line begins or ends a card. */
export function boundaryOf(text: string): "begin" | "end" | null {
  const found = /^\uFEFF?(BEGIN|END)\s*:\s*VCARD\s*$/i.exec(text.slice(0, 60));
  if (found === null) return null;
  return found[1]?.toUpperCase() === "BEGIN" ? "begin" : "end";
}

/** Takes a logical line apart; null when it is no property. Rule: I12. */
export function readProperty({ line, text }: TextLine): Property | null {
  const end = headEnd(text);
  if (end <= 0) return null;
  const [head = "", ...params] = splitParams(text.slice(0, end));
  const name = head
    .slice(head.lastIndexOf(".") + 1)
    .replaceAll("\uFEFF", "")
    .trim()
    .toUpperCase();
  if (!/^[A-Z0-9_-]{1,64}$/.test(name)) return null;
  return { line, name, ...readParams(params), value: text.slice(end + 1) };
}

/** The colon after name and parameters. Hint: in 2.1 a quotation mark means nothing, so an unclosed one is read as a letter. */
function headEnd(text: string): number {
  const colon = text.indexOf(":");
  if (!text.slice(0, colon).includes('"')) return colon;
  let quoted = false;
  for (let at = 0; at < text.length; at += 1) {
    const letter = text[at];
    if (letter === '"') quoted = !quoted;
    else if (letter === ":" && !quoted) return at;
  }
  return colon;
}

function splitParams(head: string): string[] {
  if (!head.includes('"')) return head.split(";");
  const parts: string[] = [];
  let start = 0;
  let quoted = false;
  for (let at = 0; at < head.length; at += 1) {
    if (head[at] === '"') quoted = !quoted;
    if (head[at] !== ";" || quoted) continue;
    parts.push(head.slice(start, at));
    start = at + 1;
  }
  return [...parts, head.slice(start)];
}

type Params = Pick<Property, "kinds" | "encoding" | "charset">;

function readParams(params: readonly string[]): Params {
  const kinds = new Set<string>();
  let charset: string | null = null;
  for (const param of params) {
    const equals = param.indexOf("=");
    const name = param.slice(0, Math.max(equals, 0)).trim().toUpperCase();
    const value = param
      .slice(equals + 1)
      .replaceAll('"', "")
      .trim();
    if (name === "CHARSET") charset = value;
    else if (name === "" || name === "TYPE" || name === "ENCODING")
      for (const kind of value.split(",")) kinds.add(kind.trim().toUpperCase());
  }
  return { kinds, charset, encoding: encodingIn(kinds) };
}

function encodingIn(kinds: ReadonlySet<string>): Property["encoding"] {
  if (kinds.has("QUOTED-PRINTABLE") || kinds.has("Q")) return "quoted-printable";
  return kinds.has("BASE64") || kinds.has("B") ? "base64" : "plain";
}
