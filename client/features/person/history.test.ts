import { expect, test } from "vitest";
import { dayIn, historyDays, nearness, saidIn } from "./history.ts";
import type { HistoryEntry } from "./history.ts";

type Made = { readonly verb: string; readonly entity: HistoryEntry["record"]["entity"]; readonly fields?: string[] };

const entry = (at: string, { verb, entity, fields = [] }: Made): HistoryEntry => ({
  id: `${verb}-${at}`,
  record: { at, endedAt: at, by: "member-01", verb, entity },
  flat: Object.fromEntries(fields.map((field) => [`field:${field}`, true])),
});

const at = "2026-11-22T10:00:00.000Z";

test("[PE12] an act is named once, and fields are named without values", () => {
  expect(saidIn(entry(at, { verb: "contact.create", entity: "contact" }))).toBeNull();
  expect(saidIn(entry(at, { verb: "person.create", entity: "person" }))).toEqual({ kind: "created" });
  const edit = entry(at, { verb: "contact.edit", entity: "contact", fields: ["phone", "email"] });
  expect(saidIn(edit)).toEqual({ kind: "fields", fields: ["email", "phone"] });
  expect(saidIn(entry(at, { verb: "notes.write", entity: "note" }))).toEqual({ kind: "note_written" });
  expect(saidIn(entry(at, { verb: "future.act", entity: "person" }))).toEqual({ kind: "changed" });
});

test("[PE12] lines stand newest first under the days of the studio's zone", () => {
  const days = historyDays(
    [
      entry("2026-11-22T20:30:00.000Z", { verb: "person.create", entity: "person" }),
      entry("2026-11-22T21:30:00.000Z", { verb: "notes.create", entity: "note" }),
      entry("2026-11-22T22:30:00.000Z", { verb: "person.moveStatus", entity: "person" }),
    ],
    dayIn("Europe/Istanbul"),
  );
  expect(days.map(({ day, lines }) => [day, lines.map(({ said }) => said.kind)])).toEqual([
    ["2026-11-23", ["moved", "note_created"]],
    ["2026-11-22", ["created"]],
  ]);
});

test("[PE12] a note that was added and left empty is not spoken of", () => {
  const [blank, written] = ["3f0e9a0c-4a38-4f5e-9d39-0d5b5b1d2c11", "3f0e9a0c-4a38-4f5e-9d39-0d5b5b1d2c12"];
  const act = (verb: string, note: string): HistoryEntry => {
    const made = entry(at, { verb, entity: "note" });
    return { ...made, id: `${verb}-${note}`, record: { ...made.record, record: note } };
  };
  const days = historyDays(
    [
      act("notes.create", blank),
      act("notes.trash", blank),
      act("notes.create", written),
      act("notes.edit", written),
      act("notes.trash", written),
    ],
    dayIn("Europe/Istanbul"),
  );
  const kinds = days.flatMap(({ lines }) => lines.map(({ said }) => said.kind));
  expect(kinds.toSorted()).toEqual(["note_created", "note_trashed", "note_written"]);
});

test("[PE12] today and yesterday are told apart over the end of a year", () => {
  expect(nearness("2027-01-01", "2027-01-01")).toBe("today");
  expect(nearness("2026-12-31", "2027-01-01")).toBe("yesterday");
  expect(nearness("2026-12-30", "2027-01-01")).toBe("earlier");
});
