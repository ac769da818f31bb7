// Owns the server's own small records of an organisation: results of commands and preferences of members.
// Never knows what a command does.
import type { StorageParts } from "./storage.sqlite.parts.ts";
import type { CommandEntry } from "./storage.ts";

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
