// Owns the form of a new field: what is typed, what is wrong with it, and the call it becomes.
import { call } from "../../../shared/action.ts";
import type { ActionCall } from "../../../shared/action.ts";
import { createCustomField } from "../../../shared/studio.ts";
import type { customFieldCategories, customFieldTypes } from "../../../shared/studio.ts";
import { rankAfter } from "./rank.ts";

/** What is typed. `options` are lines. */
export type FieldDraft = {
  readonly label: string;
  readonly type: (typeof customFieldTypes)[number];
  readonly category: (typeof customFieldCategories)[number] | null;
  readonly options: string;
};

/** A form that nobody has typed into. */
export const emptyField: FieldDraft = { label: "", type: "text", category: null, options: "" };

/** What is wrong with a form. */
export type FieldProblem = "required" | "tooLong" | "category" | "options";

/** What is wrong, by the part of the form. Rule: ST3. */
export function problemsIn(draft: FieldDraft): Partial<Record<"label" | "category" | "options", FieldProblem>> {
  const label = draft.label.trim();
  const options = linesOf(draft.options);
  const isLawful = options.length >= 2 && options.length <= 50 && options.every((option) => option.length <= 255);
  return {
    ...(label === "" && { label: "required" }),
    ...(label.length > 255 && { label: "tooLong" }),
    ...(draft.category === null && { category: "category" }),
    ...(draft.type === "select" && !isLawful && { options: "options" }),
  };
}

const linesOf = (text: string): string[] => [...new Set(text.split("\n").map((line) => line.trim()))].filter(Boolean);

/** The call that makes the field, after those there are; null while something is wrong. Rule: ST3. */
export function callOf(draft: FieldDraft, ranks: readonly string[]): ActionCall | null {
  const { category, type } = draft;
  if (category === null || Object.keys(problemsIn(draft)).length > 0) return null;
  const options = type === "select" ? { options: linesOf(draft.options) } : {};
  return call(createCustomField, { label: draft.label.trim(), type, category, ...options, rank: rankAfter(ranks) });
}
