import { expect, test } from "vitest";
import * as v from "valibot";
import { findAction } from "../../../shared/actions.ts";
import { callsOf, emptyDraft, isTouched } from "./draft.ts";

const subject = "3f0e9a0c-4a38-4f5e-9d39-0d5b5b1d2c11";

test("[PE6] a new person is two documents in one act, with what was typed and nothing else", () => {
  const calls = callsOf({ ...emptyDraft, name: " Ayşe ", phone: "0532 123 45 67", source: "fair" }, subject, "new");
  expect(calls).toEqual([
    {
      doc: `contact/${subject}`,
      call: { action: "contact.create", version: 1, args: { name: "Ayşe", phone: "0532 123 45 67" } },
    },
    {
      doc: `client/${subject}`,
      call: { action: "person.create", version: 1, args: { statusId: "new", source: "fair" } },
    },
  ]);
  for (const { call } of calls) {
    const action = findAction(call.action);
    expect(action !== null && v.is(action.args, call.args), call.action).toBe(true);
  }
});

test("[PE6] a chosen status wins over the initial one", () => {
  const [, person] = callsOf({ ...emptyDraft, name: "Ayşe", statusId: "won" }, subject, "new");
  expect(person?.call.args).toEqual({ statusId: "won" });
});

test("[PE6] blanks are no draft to keep", () => {
  expect(isTouched({ ...emptyDraft, name: "  " })).toBe(false);
  expect(isTouched({ ...emptyDraft, email: "a" })).toBe(true);
});
