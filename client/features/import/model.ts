// Owns what the import screen goes through: files chosen and read, whom they hold, who is there already, and the running job.
// Never draws. What is chosen lives with the screen; a running import lives with the studio (jobOf).
import { createMemo, createSignal, onCleanup } from "solid-js";
import type { Accessor } from "solid-js";
import { fold } from "../../../shared/turkish.ts";
import { useText } from "../../i18n/i18n.ts";
import { useInitialStatus } from "../../statuses.tsx";
import type { StudioDb } from "../../store/db.ts";
import type { Store } from "../../store/store.ts";
import { peopleLike } from "../../store/twins.ts";
import { useStore } from "../../store/use.tsx";
import type { ContactsFile, ReadOptions } from "./contacts.ts";
import type { ImportedContact, ImportProblem } from "./entry.ts";
import { makeImportJob } from "./job.ts";
import type { ImportJob } from "./job.ts";
import { callsFor, chosen, findTwins, keysOf } from "./plan.ts";
import type { Candidate, Known } from "./plan.ts";
import { makeReader } from "./reader.ts";
import type { Chosen, FileError, FileReading } from "./reading.ts";
import { importText } from "./text.ts";

/** The import of each open studio: it outlives the screen and ends with its store. */
const jobs = new WeakMap<Store, ImportJob>();

/** The import of a studio, running or not. Rule: IM8. */
function jobOf(store: Store): ImportJob {
  const job = jobs.get(store) ?? makeImportJob(store);
  jobs.set(store, job);
  return job;
}

/** A file that could be read, and its place among those chosen. */
export type ReadFile = { readonly index: number; readonly name: string; readonly file: ContactsFile };

/** A file that could not. */
export type BrokenFile = { readonly name: string; readonly error: FileError };

/** One thing that could not be read as it stands, with its file. */
export type FileProblem = { readonly file: string; readonly problem: ImportProblem };

/** `broken`: the reading itself broke off. */
type Phase = "none" | "reading" | "broken" | "read";

export type ImportModel = {
  readonly job: ImportJob;
  readonly phase: Accessor<Phase>;
  readonly files: Accessor<readonly ReadFile[]>;
  readonly broken: Accessor<readonly BrokenFile[]>;
  readonly candidates: Accessor<readonly Candidate[]>;
  readonly problems: Accessor<readonly FileProblem[]>;
  /** Twins that are added anyway, by their key. */
  readonly wanted: Accessor<ReadonlySet<number>>;
  readonly setWanted: (keys: ReadonlySet<number>) => void;
  readonly taken: Accessor<readonly Candidate[]>;
  readonly choose: (files: readonly File[]) => void;
  /** Reads one file again, with other columns. */
  readonly remap: (index: number, options: ReadOptions) => void;
  readonly clear: () => void;
  readonly start: () => void;
};

/** Creates the model of the screen; owned. Rules: IM1–IM5. */
export function createImportModel(): ImportModel {
  const store = useStore();
  const job = jobOf(store);
  const initialStatus = useInitialStatus();
  const t = useText(importText);
  const reader = makeReader();
  onCleanup(reader.close);
  const [picked, setPicked] = createSignal<readonly Chosen[]>([]);
  const [readings, setReadings] = createSignal<readonly FileReading[]>([]);
  const [phase, setPhase] = createSignal<Phase>("none");
  const [candidates, setCandidates] = createSignal<readonly Candidate[]>([]);
  const [wanted, setWanted] = createSignal<ReadonlySet<number>>(new Set());

  const read = async (files: readonly Chosen[]): Promise<void> => {
    setPicked(files);
    // Hint: a change of columns keeps the old preview until the new one is there.
    if (phase() !== "read") setPhase("reading");
    const answer = await reader.read(files);
    if (picked() !== files) return;
    if (answer === null) return void setPhase("broken");
    const contacts = answer.flatMap((reading) => (reading.ok ? [...reading.value.contacts] : []));
    const found = findTwins(contacts, await knownAmong(store.db, contacts));
    if (picked() !== files) return;
    setReadings(answer);
    setCandidates(found);
    setWanted(new Set<number>());
    setPhase("read");
  };
  const clear = (): void => {
    setPicked([]);
    setReadings([]);
    setCandidates([]);
    setPhase("none");
  };
  const files = createMemo(() =>
    readings().flatMap((reading, index) => toReadFile(reading, { index, name: picked()[index]?.file.name ?? "" })),
  );
  const taken = createMemo(() => chosen(candidates(), wanted()));
  const start = (): void => {
    const shared = {
      batch: crypto.randomUUID(),
      statusId: initialStatus(),
      words: { phones: t("extra.phones"), emails: t("extra.emails") },
    };
    const steps = taken().map(({ contact }) => {
      const subject = crypto.randomUUID();
      return { subject, calls: callsFor(contact, subject, shared) };
    });
    void job.start(steps, candidates().length - steps.length);
    clear();
  };
  return {
    job,
    phase,
    files,
    broken: () =>
      readings().flatMap((reading, index) =>
        reading.ok ? [] : { name: picked()[index]?.file.name ?? "", error: reading.error },
      ),
    candidates,
    problems: createMemo(() => files().flatMap(problemsOf)),
    wanted,
    setWanted,
    taken,
    choose: (list) => void read(list.map((file) => ({ file, options: {} }))),
    remap: (index, options) => void read(picked().map((each, at) => (at === index ? { ...each, options } : each))),
    clear,
    start,
  };
}

const toReadFile = (reading: FileReading, at: { index: number; name: string }): ReadFile[] =>
  reading.ok ? [{ ...at, file: reading.value }] : [];

/** Twins within the files are shown with the choice that they need, not as something that could not be read. */
const problemsOf = ({ name, file }: ReadFile): FileProblem[] =>
  file.problems.filter(({ type }) => type !== "duplicate_in_file").map((problem) => ({ file: name, problem }));

/** Asked once, before the import: while it runs, everybody it adds would seem to be there already. */
async function knownAmong(db: StudioDb, contacts: readonly ImportedContact[]): Promise<Known> {
  const rows = await peopleLike(db, keysOf(contacts));
  return {
    byPhone: new Map(rows.filter(({ phoneKey }) => phoneKey !== "").map(({ phoneKey, name }) => [phoneKey, name])),
    byEmail: new Map(rows.filter(({ email }) => email !== "").map(({ email, name }) => [fold(email), name])),
  };
}
