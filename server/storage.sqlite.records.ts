// Owns the server's own small records of an organisation: results of commands, preferences of members, confirmations of erasure.
// Never knows what a command does.
import type { DocId } from "../shared/document.ts";
import { barredAt, columnsOf } from "./storage.sqlite.parts.ts";
import type { StorageParts } from "./storage.sqlite.parts.ts";
import type { CommandEntry, ErasureConfirmation } from "./storage.ts";

/** Notes who has erased their copy; false when the document is not erased. Rule: ST44. */
export function confirmErasure(confirmation: ErasureConfirmation, parts: StorageParts): boolean {
  const { doc, subject } = columnsOf(confirmation.doc);
  const { member, device, at } = confirmation;
  const { changes } = parts.statements.confirm.run({ doc, subject, member, device, at });
  return changes > 0 || barredAt({ doc, subject }, parts) !== null;
}

/** Who has confirmed the erasure of a document. Rule: ST44. */
export const confirmationsOf = (asked: DocId, { statements }: StorageParts): ErasureConfirmation[] =>
  statements.confirmations.all(asked).map((row) => ({ ...row, doc: asked }));

/** Keeps the first result of a command and answers with it. Rule: ST24. */
export function rememberCommand(entry: CommandEntry, { statements }: StorageParts): string {
  statements.remember.run(entry);
  return findCommand(entry.id, { statements }) ?? entry.result;
}

/** The first result of a command, null when it never ran. Rule: ST24. */
export const findCommand = (id: string, { statements }: Pick<StorageParts, "statements">): string | null =>
  statements.command.get(id)?.result ?? null;

/** All preferences of a member. Rule: ST25. */
export const preferencesOf = (member: string, { statements }: StorageParts): Record<string, string> =>
  Object.fromEntries(statements.preferences.all(member).map(({ key, value }) => [key, value]));
