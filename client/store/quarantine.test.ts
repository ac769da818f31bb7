import { expect, test } from "vitest";
import { docId } from "../../shared/document.ts";
import { refusalReasons } from "../../shared/errors.ts";
import { toQuarantine } from "./quarantine.ts";

const call = {
  action: "notes.create",
  version: 1,
  args: { text: "12345678901" },
  id: "a",
  at: "2026-05-04T09:00:00.000Z",
};
const doc = docId("studio");
const now = { device: 0, server: 5 };

test("[RE13] keeps neither call nor bytes of what was refused for its content, or is erased or disposed of", () => {
  for (const reason of ["content", "erased", "disposed"]) {
    const row = toQuarantine({ doc, reason, call, update: Uint8Array.of(1, 2), place: { path: "body" } }, now);
    expect(row).toEqual({ doc, reason, at: call.at, refusedAt: 5, path: "body" });
    expect(JSON.stringify(row)).not.toContain("12345678901");
  }
});

test("[RE13] keeps the call after every other refusal, so that it can be read and tried again", () => {
  for (const reason of refusalReasons.filter((each) => each !== "content"))
    expect(toQuarantine({ doc, reason, call }, now), reason).toMatchObject({ call, at: call.at });
});
