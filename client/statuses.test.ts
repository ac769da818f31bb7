import { expect, test } from "vitest";
import * as Y from "yjs";
import { readRecords } from "../shared/collection.ts";
import { personSources } from "../shared/people.ts";
import { personStatuses, seedStudio } from "../shared/studio.ts";
import { seededStatusKeys, sourceKeys } from "./i18n/people.ts";
import { seededStatuses } from "./statuses.tsx";

test("[PE11] what stands there before the studio is read is what the server seeds", () => {
  const doc = new Y.Doc();
  seedStudio(doc, { businessName: "Stüdyo", locale: "tr", at: "2026-11-22T10:00:00.000Z" });
  const seeded = readRecords(doc, personStatuses).records.map(({ id, record }) => ({
    id,
    key: record.key,
    color: record.color,
    lifecycle: record.lifecycle,
    isInitial: record.isInitial,
  }));
  expect(seededStatuses).toEqual(seeded);
  expect(seeded.map(({ key }) => key)).toEqual([...seededStatusKeys]);
});

test("[PE11] the list knows every source", () => {
  expect([...sourceKeys]).toEqual([...personSources]);
});
