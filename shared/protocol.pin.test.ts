// The pin: the bytes of one example of each message and the form of each JSON body, hashed, stand beside the version.
// When this test fails, the wire has changed. Was it meant? A wire that was released gets a new PROTOCOL_VERSION with a line
// of history in protocol.ts and a new pin below; a wire that was not yet released gets its pin replaced.
import { createHash } from "node:crypto";
import type * as v from "valibot";
import { expect, test } from "vitest";
import { docId } from "./document.ts";
import { errorBodySchema, errorTypes, refusalReasons } from "./errors.ts";
import { commandResultsSchema, commandsSchema, feedHeaders, nudgeSchema, updateResultsSchema } from "./messages.ts";
import {
  keepAliveFrame,
  messageKinds,
  PROTOCOL_VERSION,
  refusalNoticeSchema,
  syncKinds,
  writeAwareness,
  writeContentHash,
  writeFeedPage,
  writeRefusal,
  writeSettled,
  writeSync,
  writeUpdates,
} from "./protocol.ts";
import { idOf } from "./testing.ts";

/** One pin for each version that ever was. */
const pins: Readonly<Record<number, string>> = {
  1: "b2cdba9175b17c6475297453519b33fc7ceebebd819ef4b41467c162477d1a6f",
};

const body = Uint8Array.of(1, 2, 3);
const doc = docId("client", idOf(1));

const examples: Readonly<Record<string, Uint8Array>> = {
  step1: writeSync("step1", body),
  step2: writeSync("step2", body),
  update: writeSync("update", body),
  awareness: writeAwareness(body),
  keepAlive: keepAliveFrame(),
  settled: writeSettled({ seq: 300, frames: 7 }),
  refusal: writeRefusal({ reason: "schema", collection: "notes", record: idOf(2), path: "body" }, 3),
  refusalWithoutFrame: writeRefusal({ reason: "malformed" }),
  contentHash: writeContentHash({ seq: 300, hash: new Uint8Array(32).fill(9) }),
  feedPage: writeFeedPage([
    { seq: 300, doc, kind: "state", state: body },
    { seq: 2, doc: docId("studio"), kind: "erased" },
    { seq: 3, doc: docId("calendar", "2026"), kind: "revoked" },
    { seq: 4, doc, kind: "parked", card: "{}" },
  ]),
  updates: writeUpdates([{ doc, update: body }]),
};

const schemas: Readonly<Record<string, v.GenericSchema>> = {
  nudge: nudgeSchema,
  updateResults: updateResultsSchema,
  commands: commandsSchema,
  commandResults: commandResultsSchema,
  errorBody: errorBodySchema,
  refusalNotice: refusalNoticeSchema,
};

const tables = { messageKinds, syncKinds, feedHeaders, errorTypes, refusalReasons };

const telling = new Set(["type", "entries", "item", "options", "wrapped", "pipe", "literal", "requirement", "key"]);

/** The form of a schema: its types, names, options and limits, without its functions and messages. */
function formOf(part: unknown): unknown {
  if (Array.isArray(part)) return part.map(formOf);
  if (part instanceof RegExp) return String(part);
  if (typeof part !== "object" || part === null) return part;
  const isSchema = "kind" in part;
  const kept = Object.entries(part).filter(
    ([key, value]) => typeof value !== "function" && (!isSchema || telling.has(key)),
  );
  // Hint: a schema that was piped holds itself as the first of its pipe.
  return Object.fromEntries(kept.map(([key, value]) => [key, key === "pipe" ? pipeOf(value) : formOf(value)]));
}

const pipeOf = (pipe: unknown): unknown =>
  Array.isArray(pipe) ? pipe.map((part: object) => formOf({ ...part, pipe: undefined })) : null;

const hexOf = (bytes: Uint8Array): string => Buffer.from(bytes).toString("hex");

function wire(): string {
  const bytes = Object.entries(examples).map(([name, example]) => [name, hexOf(example)]);
  const forms = Object.entries(schemas).map(([name, schema]) => [name, formOf(schema)]);
  return JSON.stringify({ bytes, forms, tables });
}

const hash = createHash("sha256").update(wire()).digest("hex");

test("[P11] the wire is the one that is pinned to this version", () => {
  const told = `The wire changed. If version ${PROTOCOL_VERSION} was released: raise PROTOCOL_VERSION and add its pin. Otherwise replace the pin by ${hash}.`;
  expect(hash, told).toBe(pins[PROTOCOL_VERSION]);
});

test("[P11] the form of a schema tells a changed name, type, limit and option", () => {
  const forms = Object.values(schemas).map((schema) => JSON.stringify(formOf(schema)));
  expect(new Set(forms).size).toBe(forms.length);
  const commands = JSON.stringify(formOf(commandsSchema));
  for (const part of ['"strict_object"', '"max_length"', "100", '"uuid"', '"iso_timestamp"', '"args"'])
    expect(commands).toContain(part);
  expect(JSON.stringify(formOf(nudgeSchema))).toContain('"erased"');
  expect(JSON.stringify(formOf(refusalNoticeSchema))).toContain('"append_only"');
});

test("[P11] every version up to this one has its pin", () => {
  expect(Object.keys(pins).map(Number)).toEqual(Array.from({ length: PROTOCOL_VERSION }, (_each, index) => index + 1));
});
