// Owns what each command of backup and restore does with its arguments, and what it says at the end.
// Never prints anything itself: lines go to whoever runs it.
import { existsSync } from "node:fs";
import { dirname } from "node:path";
import { systemClock, systemRandom } from "../clock.ts";
import type { Env } from "../env.ts";
import type { Result } from "../../shared/result.ts";
import { makeBackup } from "./backup.ts";
import { checkBackup } from "./check.ts";
import { restoreDocument } from "./document.ts";
import { attempt, backupError, describe } from "./errors.ts";
import type { BackupError } from "./errors.ts";
import { timeOfSet } from "./places.ts";
import { extendRegister, registerOf } from "./register.ts";
import { restoreBackup } from "./restore.ts";
import type { RestoreResult } from "./restore.ts";
import { settingsOf } from "./settings.ts";
import { mainFile } from "./source.ts";

/** A command as it was typed. `place` is a folder or a file; `print` takes the answer, `report` the progress. */
export type Command = {
  readonly place: string;
  readonly check: boolean;
  readonly replace: boolean;
  /** How old the newest backup may be. Units: hours, as text. */
  readonly within?: string | undefined;
  readonly set?: string | undefined;
  readonly register?: string | undefined;
  readonly "without-register": boolean;
  readonly document?: string | undefined;
  readonly env: Env;
  readonly print: (line: string) => void;
  readonly report: (line: string) => void;
};

/** Runs a command. Shape: the exit code, 0 or 1. */
type Run = (command: Command) => Promise<number>;

/** `lumiso backup`. */
export const runBackup: Run = (command) => (command.check ? check(command) : backUp(command));

const backUp: Run = async (command) => {
  const settings = settingsOf(command.env);
  if (!settings.ok) return fail(command, settings.error);
  const { place: folder, report } = command;
  const tools = { clock: systemClock, random: systemRandom, report };
  return answer(
    command,
    await makeBackup({ ...settings.value, ...tools, folder }),
    ({ set, studios, documents }) => `backup ${set}: ${studios} studios, ${documents} documents`,
  );
};

const check: Run = async (command) => {
  const settings = settingsOf(command.env);
  if (!settings.ok) return fail(command, settings.error);
  const { place: folder, set: wanted, within } = command;
  const checked = await checkBackup({ ...settings.value, folder }, wanted);
  if (checked.ok && isTooOld(checked.value.set, within))
    return fail(command, backupError("too_old", checked.value.set));
  return answer(
    command,
    checked,
    ({ set, studios, documents, disposed }) =>
      `backup ${set} is valid: ${studios.length} studios, ${documents} documents, ${disposed} erased since`,
  );
};

const HOUR_MS = 60 * 60 * 1000;

const isTooOld = (set: string, within: string | undefined): boolean =>
  within !== undefined && !(systemClock() - timeOfSet(set) <= Number(within) * HOUR_MS);

/** `lumiso register`: cheap, so that it may run every few minutes. */
export const runRegister: Run = async (command) => {
  const settings = settingsOf(command.env);
  if (!settings.ok) return fail(command, settings.error);
  const { keyring, folders } = settings.value;
  if (!existsSync(mainFile(folders))) return fail(command, backupError("no_data"));
  // Hint: not made here, because a disk that is not mounted would go unnoticed.
  if (!existsSync(dirname(command.place))) return fail(command, backupError("folder_missing", command.place));
  const file = { path: command.place, keyring };
  return answer(
    command,
    await attempt(async () => extendRegister(file, registerOf(folders), systemRandom)),
    ({ documents, subjects, roles }) =>
      `register: ${documents.length} documents, ${subjects.length} persons, ${roles.length} changes of role`,
  );
};

/** `lumiso restore`. */
export const runRestore: Run = async (command) => {
  const settings = settingsOf(command.env);
  if (!settings.ok) return fail(command, settings.error);
  const { place: folder, set, register, replace, document, report } = command;
  if (document !== undefined) {
    const brought = await restoreDocument({ ...settings.value, folder, set, name: document });
    return answer(command, brought, (how) => broughtLines[how]);
  }
  const tools = { clock: systemClock, random: systemRandom, report };
  const withoutRegister = command["without-register"];
  const options = { folder, set, register, withoutRegister, replace };
  const restored = await restoreBackup({ ...settings.value, ...tools, ...options });
  if (restored.ok && "ownerless" in restored.value) {
    for (const org of restored.value.ownerless) report(`studio ${org} has no owner: its owner joined after the backup`);
  }
  return answer(command, restored, sayRestored);
};

const broughtLines = {
  brought: "brought back",
  mended: "it could not be read, and can be again",
  unchanged: "the studio has all of it already",
} as const;

const sayRestored = (value: RestoreResult): string =>
  "finished" in value
    ? `the interrupted restore of ${value.finished} is finished`
    : `restored ${value.set}: ${value.studios} studios, ${value.documents} documents, ${value.erased} erased again; everybody signs in anew`;

function answer<T>(command: Command, result: Result<T, BackupError>, say: (value: T) => string): number {
  if (!result.ok) return fail(command, result.error);
  command.print(say(result.value));
  return 0;
}

function fail({ report }: Command, error: BackupError): number {
  report(`lumiso: ${describe(error)}`);
  return 1;
}
