// Calls that another bundle recorded, run again by this one after a refusal.
import { expect, test } from "vitest";
import type { RecordedCall } from "../../shared/action.ts";
import { call } from "../../shared/action.ts";
import { createContact, editContact } from "../../shared/people.ts";
import { newDoc } from "./live.ts";
import { replay } from "./replay.ts";

const recorded = (of: RecordedCall): { call: RecordedCall; at: number; change: string } => ({
  call: of,
  at: 0,
  change: "change-1",
});
const how = { id: "0d0b1f6a-4f43-4a51-9a0b-6a5a3c1f0a11", at: "2026-03-01T09:00:00.000Z" };

test("[A4] [PW5] a call of an older bundle is run again at this bundle's version", () => {
  const doc = newDoc();
  const older = recorded({ ...call(createContact, { name: "Şule" }), ...how, version: createContact.version - 1 });
  const { ran, failed } = replay(doc, [older], { by: "member-ada", without: [] });
  expect([ran.length, failed]).toEqual([1, []]);
  expect(JSON.stringify(doc.toJSON())).toContain("Şule");
});

test("[A4] [PW5] a call of a newer bundle is put aside with its words, and those of this one are run", () => {
  const doc = newDoc();
  const made = recorded({ ...call(createContact, { name: "Şule" }), ...how });
  const newer = recorded({ ...call(editContact, { name: "Şule Yıldırım" }), ...how, version: editContact.version + 1 });
  const { ran, failed } = replay(doc, [made, newer], { by: "member-ada", without: [] });
  expect(ran).toHaveLength(1);
  expect(failed).toEqual([{ again: newer, reason: "invalid" }]);
  expect(JSON.stringify(doc.toJSON())).not.toContain("Yıldırım");
});
