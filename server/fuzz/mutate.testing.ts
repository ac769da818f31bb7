// Owns how bytes are spoilt: a seed gives the same spoilt bytes again. Knows nothing of what they mean but where Yjs and lib0 keep
// lengths (variable integers) and how deep they nest.
import * as encoding from "lib0/encoding";
import * as Y from "yjs";
import { readClientFrame, writeSync } from "../../shared/protocol.ts";
import type { Dice } from "../demo/random.ts";

type Mutation = (bytes: Uint8Array, dice: Dice, other: Uint8Array) => Uint8Array;

const joined = (...parts: readonly Uint8Array[]): Uint8Array => Uint8Array.from(Buffer.concat(parts));

/** Integers that overflow, or that name far more than follows. */
const hugeIntegers: readonly Uint8Array[] = [
  Uint8Array.of(0xff, 0xff, 0xff, 0xff, 0x0f),
  Uint8Array.of(0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0x0f),
  Uint8Array.of(0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0x01),
  Uint8Array.of(0x80, 0x80, 0x80, 0x80, 0x80, 0x80, 0x00),
  Uint8Array.of(0xff, 0x7f),
];

const flipBits: Mutation = (bytes, dice) => {
  const spoilt = bytes.slice();
  for (let turn = 0; turn <= dice.below(4); turn += 1) {
    const at = dice.below(spoilt.length);
    spoilt[at] = (spoilt[at] ?? 0) ^ (1 << dice.below(8));
  }
  return spoilt;
};

const setByte: Mutation = (bytes, dice) => {
  const spoilt = bytes.slice();
  spoilt[dice.below(spoilt.length)] = dice.pick([0, 1, 0x7f, 0x80, 0xff, dice.below(256)]);
  return spoilt;
};

const cut: Mutation = (bytes, dice) => bytes.slice(0, dice.below(bytes.length));

const takeOut: Mutation = (bytes, dice) => {
  const at = dice.below(bytes.length);
  return joined(bytes.slice(0, at), bytes.slice(at + 1 + dice.below(16)));
};

const repeatPart: Mutation = (bytes, dice) => {
  const at = dice.below(bytes.length);
  const part = bytes.slice(at, at + 1 + dice.below(64));
  const times = 1 + dice.below(dice.below(20) === 0 ? 200 : 4);
  return joined(bytes.slice(0, at), ...Array.from({ length: times }, () => part), bytes.slice(at));
};

const splice: Mutation = (bytes, dice, other) =>
  joined(bytes.slice(0, dice.below(bytes.length)), other.slice(dice.below(other.length)));

const hugeInteger: Mutation = (bytes, dice) => {
  const at = dice.below(bytes.length);
  return joined(bytes.slice(0, at), dice.pick(hugeIntegers), bytes.slice(at + 1));
};

/** Lengths stand near the front: a frame's, an update's. */
const otherLength: Mutation = (bytes, dice) => {
  const spoilt = bytes.slice();
  const at = dice.below(Math.min(12, spoilt.length));
  spoilt[at] = ((spoilt[at] ?? 0) + dice.pick([1, 2, 127, 128, 255])) % 256;
  return spoilt;
};

const mutations: readonly Mutation[] = [flipBits, setByte, cut, takeOut, repeatPart, splice, hugeInteger, otherLength];

/** Spoils bytes in one to three ways; `other` is what they may be mixed with. */
export function mutate(bytes: Uint8Array, dice: Dice, other: Uint8Array): Uint8Array {
  let spoilt = bytes;
  for (let turn = 0; turn <= dice.below(3); turn += 1) {
    if (spoilt.length > 0 && other.length > 0) spoilt = dice.pick(mutations)(spoilt, dice, other);
  }
  return spoilt;
}

/** Spoils what a sync frame carries and leaves the frame whole, so that the update itself is what is read. */
export function spoilInside(frame: Uint8Array, dice: Dice, other: Uint8Array): Uint8Array {
  const read = readClientFrame(frame);
  if (!read.ok || !("update" in read.value) || read.value.kind === "awareness") return mutate(frame, dice, other);
  const { kind, update } = read.value;
  const gentle = dice.pick([flipBits, setByte, hugeInteger, takeOut]);
  if (update.length === 0) return frame;
  return writeSync(kind, dice.below(3) > 0 ? gentle(update, dice, other) : mutate(update, dice, other));
}

/** An update that no mutation finds: types in types, as deep as asked. Units: V1. */
export function nestedUpdate(dice: Dice, depth: number): Uint8Array {
  const ydoc = new Y.Doc();
  ydoc.clientID = 1 + dice.below(2 ** 31);
  let inner = ydoc.getMap<unknown>(dice.pick(["contact", "person", "notes", "profile", "elsewhere"]));
  ydoc.transact(() => {
    for (let level = 0; level < depth; level += 1) {
      const next = new Y.Map<unknown>();
      inner.set(dice.pick(["self", "body", "a"]), next);
      inner = next;
    }
  });
  return Y.encodeStateAsUpdate(ydoc);
}

const strangeValues: readonly unknown[] = [
  null,
  "",
  "\u0000\u202e<script>",
  "\ud800",
  "a".repeat(20_000),
  -1,
  1e308,
  [],
  [[[[]]]],
  {},
  { toString: 1 },
  true,
];

/** Puts something strange in the place of one value, or beside it; the rest stays a body. */
export function spoilJson(body: Uint8Array, dice: Dice): Uint8Array {
  const value: unknown = JSON.parse(new TextDecoder().decode(body));
  const places: [Record<string, unknown>, string][] = [];
  const walk = (at: unknown): void => {
    if (typeof at !== "object" || at === null) return;
    // Hint: an array is walked by its numbers.
    for (const [key, inner] of Object.entries(at)) {
      places.push([at as Record<string, unknown>, key]);
      walk(inner);
    }
  };
  walk(value);
  const [holder, key] = dice.pick(places);
  const name = dice.below(4) === 0 ? dice.pick(["__proto__", "constructor", "x", "isServer"]) : key;
  Object.defineProperty(holder, name, {
    value: strangeValues[dice.below(strangeValues.length)],
    enumerable: true,
    configurable: true,
  });
  return new TextEncoder().encode(JSON.stringify(value));
}

/** JSON that nests as deep as asked. */
export const nestedJson = (depth: number): Uint8Array =>
  new TextEncoder().encode(`${'{"name":['.repeat(depth)}1${"]}".repeat(depth)}`);

/** A frame with an update that names many client ids, each with one struct that holds nothing. Units: V1. */
export function crowdedUpdate(clients: number): Uint8Array {
  const encoder = encoding.createEncoder();
  encoding.writeVarUint(encoder, clients);
  for (let client = 1; client <= clients; client += 1) {
    // One struct, of this client, from its beginning: collected garbage of length 1.
    for (const number of [1, client, 0]) encoding.writeVarUint(encoder, number);
    encoding.writeUint8(encoder, 0);
    encoding.writeVarUint(encoder, 1);
  }
  encoding.writeVarUint(encoder, 0);
  return encoding.toUint8Array(encoder);
}
