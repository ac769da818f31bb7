// Owns how a change that was put aside is read: its reason as one of a few words, its content as plain lines.
import type { QuarantineRow } from "../store/db.ts";

const worded = ["read_only", "limit", "author", "erased"] as const;

type ReasonWord = (typeof worded)[number] | "other";

/** The reasons a member can do something about; all others are one. */
export const reasonWord = (reason: string): ReasonWord => worded.find((word) => word === reason) ?? "other";

/** What a change held, one line per field; empty when nothing of it was kept. Rule: UI19. */
export function contentOf({ call, text }: Pick<QuarantineRow, "call" | "text">): string {
  if (text !== undefined) return text;
  const args = call?.args;
  if (typeof args !== "object" || args === null) return "";
  return Object.entries(args)
    .filter(([, value]) => value !== null && value !== "")
    .map(([field, value]) => `${field}: ${typeof value === "object" ? JSON.stringify(value) : String(value)}`)
    .join("\n");
}
