// Owns what goes between the import screen and the worker that reads files: a list of files in, a result per file out.
import { readContacts } from "./contacts.ts";
import type { ContactsFile, ImportError, ReadOptions } from "./contacts.ts";
import { err } from "../../../shared/result.ts";
import type { Result } from "../../../shared/result.ts";

/** Why nothing of a chosen file is taken; `unreadable`: the device no longer gives its bytes. */
export type FileError = ImportError | { readonly type: "unreadable" };

/** A chosen file and how its columns are to be read. */
export type Chosen = { readonly file: Blob & { readonly name: string }; readonly options: ReadOptions };

/** What a file gave. */
export type FileReading = Result<ContactsFile, FileError>;

/** Asks the worker. Shape: posted to read.worker.ts; `id` names the answer. */
export type ReadRequest = { readonly id: number; readonly files: readonly Chosen[] };

/** The worker's answer, in the order of the request. */
export type ReadReply = { readonly id: number; readonly readings: readonly FileReading[] };

/** Reads files one after the other. Fails: per file, as readContacts does, and `unreadable`. Rule: IM2. */
export async function readAll(files: readonly Chosen[]): Promise<FileReading[]> {
  const readings: FileReading[] = [];
  for (const { file, options } of files) readings.push(await readOne(file, options));
  return readings;
}

async function readOne(file: Chosen["file"], options: ReadOptions): Promise<FileReading> {
  const bytes = await bytesOf(file);
  return bytes === null ? err({ type: "unreadable" }) : readContacts(file.name, bytes, options);
}

async function bytesOf(file: Blob): Promise<Uint8Array | null> {
  try {
    return new Uint8Array(await file.arrayBuffer());
  } catch {
    // Hint: the file was moved, changed or taken out since it was chosen.
    return null;
  }
}
