import { createEffect, createRoot } from "solid-js";
import { afterEach, expect, test } from "vitest";
import { notes } from "../../../shared/notes.ts";
import { persons } from "../../../shared/people.ts";
import { docId } from "../../../shared/document.ts";
import { textToPlain } from "../../../shared/text.ts";
import { fold, phoneKey } from "../../../shared/turkish.ts";
import { peopleCount, peopleIds, peopleRows } from "../../store/people.ts";
import type { Store } from "../../store/store.ts";
import { closeTabs, makeLoner, noNetwork, openTab } from "../../store/testing.ts";
import type { Tab } from "../../store/testing.ts";
import { peopleLike } from "../../store/twins.ts";
import type { ImportedContact } from "./entry.ts";
import { makeImportJob } from "./job.ts";
import type { ImportJob, ImportStep } from "./job.ts";
import { callsFor } from "./plan.ts";
import { fixture, read } from "./testing.ts";

afterEach(closeTabs);

const batch = "9b2f4a36-1d0c-4b7e-8f3a-6a5c4d3e2f10";
const importOf = { batch, statusId: "new", words: { phones: "Diğer telefonlar", emails: "Diğer e-postalar" } };

const openDevice = (): Tab => openTab(makeLoner(), { network: noNetwork() });

const stepsFor = (contacts: readonly ImportedContact[]): ImportStep[] =>
  contacts.map((contact) => {
    const subject = crypto.randomUUID();
    return { subject, calls: callsFor(contact, subject, importOf) };
  });

const people = (count: number): ImportedContact[] =>
  Array.from({ length: count }, (_, line) => ({ line, name: `Kişi ${line}`, phones: [], emails: [] }));

/** Stops the job at the first sign of progress. */
const stopEarly = (job: ImportJob): (() => void) =>
  createRoot((dispose) => {
    createEffect(() => {
      const state = job.state();
      if (state.status === "running" && state.done > 0) job.cancel();
    });
    return dispose;
  });

const plainNotes = async (store: Store, subject: string): Promise<string[]> => {
  const open = await store.open(docId("client", subject));
  const texts = open.ids(notes).map((id) => {
    const body = open.read(notes, id)?.record.body;
    return body === undefined ? "" : textToPlain(body);
  });
  open.release();
  return texts;
};

test("[IM6] without a network a file becomes people with both documents, one batch and their notes", async () => {
  const { store, db } = openDevice();
  const { contacts } = read("iphone.vcf", fixture("iphone.vcf"));
  const steps = stepsFor(contacts);
  const job = makeImportJob(store);
  await job.start(steps, 0);
  const subjects = steps.map(({ subject }) => subject);
  expect(job.state()).toEqual({ status: "finished", subjects, failed: 0, skipped: 0, left: 0 });
  const rows = await peopleRows(db, await peopleIds(db));
  expect(rows.map(({ name }) => name).toSorted()).toEqual(contacts.map(({ name }) => name).toSorted());
  for (const [index, { subject }] of steps.entries()) {
    const open = await store.open(docId("client", subject));
    expect(open.read(persons, "self")?.record.importBatchId).toBe(batch);
    open.release();
    const note = contacts[index]?.note ?? "";
    expect((await plainNotes(store, subject)).join("\n")).toContain(note);
  }
});

test("[IM8] a stopped import keeps what is done and says how many were not begun", async () => {
  const { store, db } = openDevice();
  const job = makeImportJob(store);
  const dispose = stopEarly(job);
  await job.start(stepsFor(people(300)), 4);
  dispose();
  const state = job.state();
  const done = state.status === "finished" ? state.subjects.length : -1;
  expect(done).toBeGreaterThan(0);
  expect(done).toBeLessThan(300);
  expect(state).toMatchObject({ failed: 0, skipped: 4, left: 300 - done });
  expect(await peopleCount(db)).toBe(done);
});

test("[IM9] an import is taken back whole, and nobody else is touched", async () => {
  const { store, db } = openDevice();
  const before = makeImportJob(store);
  await before.start(stepsFor(people(2)), 0);
  const job = makeImportJob(store);
  await job.start(stepsFor(people(120)), 0);
  expect(await peopleCount(db)).toBe(122);
  await job.undo();
  expect(job.state()).toEqual({ status: "undone", count: 120, failed: 0 });
  expect(await peopleCount(db)).toBe(2);
});

test("[IM8] while an import runs another one does not begin", async () => {
  const { store, db } = openDevice();
  const job = makeImportJob(store);
  const first = job.start(stepsFor(people(3)), 0);
  await Promise.all([first, job.start(stepsFor(people(5)), 0)]);
  expect(await peopleCount(db)).toBe(3);
});

test("[IM5] people of the studio are found by number and address, trashed ones are not", async () => {
  const { store, db } = openDevice();
  const [first, second] = [
    { line: 1, name: "Ayşe", phones: ["0532 123 45 67"], emails: ["Isil@Ornek.com"] },
    { line: 2, name: "Can", phones: ["0533 000 00 00"], emails: [] },
  ];
  const job = makeImportJob(store);
  await job.start(stepsFor([first, second]), 0);
  const asked = { phones: [phoneKey("+90 532 1234567"), phoneKey("05330000000")], emails: [fold("ISIL@ornek.com")] };
  const found = await peopleLike(db, asked);
  expect(found.map(({ name }) => name).toSorted()).toEqual(["Ayşe", "Can"]);
  await job.undo();
  expect(await peopleLike(db, asked)).toEqual([]);
});
