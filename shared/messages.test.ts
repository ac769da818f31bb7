// Tests of the JSON bodies and of the errors that leave the server.
import * as v from "valibot";
import { describe, expect, test } from "vitest";
import { errorBodySchema, errorTypes, refusalReasons, toErrorBody } from "./errors.ts";
import type { ErrorType } from "./errors.ts";
import { commandResultsSchema, commandsSchema, feedHeaders, nudgeSchema, updateResultsSchema } from "./messages.ts";
import { idOf, instantAt } from "./testing.ts";

// Hint: `Object.keys` of a const object is its list of keys.
const types = Object.keys(errorTypes) as ErrorType[];
const edgeOf = (type: ErrorType): { readonly status: number; readonly close?: number } => errorTypes[type];

describe("errors", () => {
  test.each(types)("[P7] %s has an HTTP status, a close code of its kind, and a body that passes", (type) => {
    const { status, close = 4400 } = edgeOf(type);
    expect([status >= 400, status < 600, close >= 4400, close < 4600]).toEqual([true, true, true, true]);
    expect(type).toMatch(/^[a-z]+(_[a-z]+)*$/);
    const body = toErrorBody({ type });
    expect([v.is(errorBodySchema, body), body.error.type]).toEqual([true, type]);
  });

  test("[P7] close codes end with the status they stand for; what may be tried again is 45xx, and only that", () => {
    const closing = types.filter((type) => edgeOf(type).close !== undefined);
    const again = closing.filter((type) => (edgeOf(type).close ?? 0) >= 4500);
    expect(again.toSorted()).toEqual(["key_missing", "later"]);
    const codes = closing.map((type) => [type, edgeOf(type).close]);
    expect(Object.fromEntries(codes)).toMatchObject({
      signed_out: 4401,
      other_member: 4401,
      not_found: 4403,
      erased: 4410,
      refused: 4422,
      too_fast: 4429,
      later: 4503,
    });
  });

  test("[P7] details stand beside the type, and an unknown type does not pass", () => {
    const refusal = { reason: "schema", collection: "notes", record: idOf(1), path: "body" } as const;
    const body = toErrorBody({ type: "refused", retryAfterMs: 5, refusal, fields: ["name"] });
    expect(body).toEqual({
      error: { type: "refused", message: "refused", retryAfterMs: 5, refusal, fields: ["name"] },
    });
    expect(v.is(errorBodySchema, body)).toBe(true);
    expect(v.is(errorBodySchema, { error: { type: "whatever", message: "" } })).toBe(false);
  });

  test("[P8] reasons of refusals are single words of a closed list, once each", () => {
    expect(refusalReasons.filter((reason) => !/^[a-z]+(_[a-z]+)?$/.test(reason))).toEqual([]);
    expect(new Set(refusalReasons).size).toBe(refusalReasons.length);
    const refused = { error: { type: "refused", message: "", refusal: { reason: "because" } } };
    expect(v.is(errorBodySchema, refused)).toBe(false);
  });
});

describe("bodies", () => {
  const error = { type: "later", message: "later" };

  test.each([
    [{ type: "changed", seq: 5 }, true],
    [{ type: "access" }, true],
    [{ type: "erased", doc: `client/${idOf(1)}` }, true],
    [{ type: "erased", doc: "client/x" }, false],
    [{ type: "changed", seq: -1 }, false],
    [{ type: "gossip" }, false],
  ])("[P9] nudge %j: %s", (nudge, isOne) => {
    expect(v.is(nudgeSchema, nudge)).toBe(isOne);
  });

  test.each([
    [
      {
        results: [
          { doc: "studio", seq: 3 },
          { doc: "studio", error },
        ],
      },
      true,
    ],
    [{ results: [] }, true],
    [{ results: [{ doc: "studio" }] }, false],
    [{ results: [{ doc: "studio", seq: 1.5 }] }, false],
  ])("[P6] results of updates %j: %s", (body, isOne) => {
    expect(v.is(updateResultsSchema, body)).toBe(isOne);
  });

  const command = { id: idOf(1), name: "preferences.set", args: { a: 1 }, at: instantAt(0) };

  test.each<[string, unknown, boolean]>([
    ["one command", { commands: [command] }, true],
    ["none", { commands: [] }, true],
    ["a hundred", { commands: Array.from({ length: 100 }, () => command) }, true],
    ["more", { commands: Array.from({ length: 101 }, () => command) }, false],
    ["an id that is none", { commands: [{ ...command, id: "1" }] }, false],
    ["a time that is none", { commands: [{ ...command, at: "now" }] }, false],
    ["a name that is too long", { commands: [{ ...command, name: "x".repeat(65) }] }, false],
    ["something more", { commands: [{ ...command, by: "member-bora" }] }, false],
    ["something more beside", { commands: [], member: "member-bora" }, false],
  ])("[P10] a body with %s: %s", (_name, body, isOne) => {
    expect(v.is(commandsSchema, body)).toBe(isOne);
  });

  test("[P10] results are values or errors", () => {
    const results = [
      { id: idOf(1), value: null },
      { id: idOf(2), value: { a: 1 } },
      { id: idOf(3), error },
    ];
    expect(v.is(commandResultsSchema, { results })).toBe(true);
    expect(v.is(commandResultsSchema, { results: [{ id: idOf(1) }] })).toBe(false);
  });

  test("[P5] the headers of the feed bear their public names", () => {
    expect(Object.values(feedHeaders)).toEqual([
      "X-Lumiso-Next",
      "X-Lumiso-History",
      "X-Lumiso-Access",
      "X-Lumiso-Remaining",
      "X-Lumiso-People",
      "X-Lumiso-Models",
    ]);
  });
});
