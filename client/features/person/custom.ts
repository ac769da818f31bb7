// Owns what may be typed into a custom field of each type, and how its stored value is shown.
// Which value fits a type is the device's care alone: a stored value of another shape is shown as it is, never refused.
import * as v from "valibot";
import { emailText, longText, phoneText, shortText } from "../../../shared/fields.ts";
import { err, ok } from "../../../shared/result.ts";
import type { Result } from "../../../shared/result.ts";
import type { customFieldTypes } from "../../../shared/studio.ts";
import type { Locale } from "../../../shared/studio.ts";

/** One type of custom field. */
export type FieldType = (typeof customFieldTypes)[number];

/** A value that a custom field holds; null for none. */
export type CustomValue = string | number | boolean | readonly string[] | null;

/** What is wrong with a typed value. */
export type ValueProblem = "text" | "email" | "phone" | "date" | "number";

const lineSchemas = { text: shortText, textarea: longText, email: emailText, phone: phoneText } as const;

/** Reads what was typed into a field of a type that is typed into; an empty text clears it. Fails: the problem. Rule: PE7. */
export function parseTyped(
  type: Exclude<FieldType, "select" | "checkbox">,
  typed: string,
): Result<string | number | null, ValueProblem> {
  const text = typed.trim();
  if (text === "") return ok(null);
  if (type === "number") return parseNumber(text);
  if (type === "date") return isDay(text) ? ok(text) : err("date");
  const problem = type === "textarea" ? "text" : type;
  return v.is(lineSchemas[type], text) ? ok(text) : err(problem);
}

/** A number as people write it in Türkiye or abroad: `1.250,5`, `1250.5`, `-3`. */
function parseNumber(text: string): Result<number, ValueProblem> {
  const plain = text.replaceAll(/\s/g, "");
  const isTurkish = /^-?\d{1,3}(?:\.\d{3})+(?:,\d+)?$/.test(plain) || /^-?\d+,\d+$/.test(plain);
  const written = isTurkish ? plain.replaceAll(".", "").replace(",", ".") : plain;
  const value = /^-?\d+(?:\.\d+)?$/.test(written) ? Number(written) : Number.NaN;
  return Number.isFinite(value) ? ok(value) : err("number");
}

function isDay(text: string): boolean {
  const [, year, month, day] = /^(\d{4})-(\d{2})-(\d{2})$/.exec(text) ?? [];
  if (year === undefined || month === undefined || day === undefined) return false;
  const date = new Date(Date.UTC(Number(year), Number(month) - 1, Number(day)));
  return date.toISOString().slice(0, 10) === text;
}

/** A stored value as it stands in the field that is typed into. Rule: PE7. */
export function writeTyped(value: CustomValue, locale: Locale): string {
  if (value === null) return "";
  if (typeof value === "number")
    return value.toLocaleString(locale === "tr" ? "tr-TR" : "en-GB", { useGrouping: false, maximumFractionDigits: 20 });
  if (typeof value === "boolean") return value ? "✓" : "";
  return typeof value === "string" ? value : value.join(", ");
}
