// Tests of the wire: every message reads back as it was written, and no bytes make a reader throw.
import * as fc from "fast-check";
import * as decoding from "lib0/decoding";
import * as encoding from "lib0/encoding";
import { describe, expect, test } from "vitest";
import { docId } from "./document.ts";
import { refusalReasons } from "./errors.ts";
import {
  keepAliveFrame,
  MAX_UPDATES,
  messageKinds,
  readClientFrame,
  readContentHash,
  readFeedPage,
  readRefusal,
  readSettled,
  readUpdates,
  writeAwareness,
  writeContentHash,
  writeFeedPage,
  writeRefusal,
  writeSettled,
  writeSync,
  writeUpdates,
} from "./protocol.ts";
import type { FeedEntry, syncKinds } from "./protocol.ts";
import { idOf } from "./testing.ts";

const bytes = fc.uint8Array({ maxLength: 40 });
const seq = fc.nat(Number.MAX_SAFE_INTEGER);
const doc = fc.constantFrom(docId("studio"), docId("client", idOf(1)), docId("calendar", "2026"));

/** Skips the kind at the head of a message of ours. */
function afterKind(message: Uint8Array, kind: number): decoding.Decoder {
  const decoder = decoding.createDecoder(message);
  expect(decoding.readVarUint(decoder)).toBe(kind);
  return decoder;
}

const atEnd = (decoder: decoding.Decoder): boolean => !decoding.hasContent(decoder);

/** The same bytes inside a larger buffer, as sockets hand them out. */
function insideLarger(message: Uint8Array): Uint8Array {
  const pool = new Uint8Array(message.length + 64).fill(7);
  pool.set(message, 32);
  return pool.subarray(32, 32 + message.length);
}

describe("frames of a device", () => {
  test("[P1] read back as they were written, and hold on to nothing else of the frame", () => {
    fc.assert(
      fc.property(bytes, (body) => {
        const sync = (kind: keyof typeof syncKinds) => readClientFrame(insideLarger(writeSync(kind, body)));
        expect(sync("step1")).toEqual({ ok: true, value: { kind: "step1", stateVector: body } });
        expect(sync("step2")).toEqual({ ok: true, value: { kind: "step2", update: body } });
        expect(sync("update")).toEqual({ ok: true, value: { kind: "update", update: body } });
        const awareness = readClientFrame(insideLarger(writeAwareness(body)));
        expect(awareness).toEqual({ ok: true, value: { kind: "awareness", update: body } });
        const read = sync("update");
        const held = read.ok && "update" in read.value ? read.value.update.buffer.byteLength : -1;
        expect(held).toBe(body.length);
      }),
    );
  });

  test("[P1] the query and the keep-alive are frames", () => {
    const query = readClientFrame(Uint8Array.of(messageKinds.queryAwareness));
    expect(query).toEqual({ ok: true, value: { kind: "queryAwareness" } });
    expect([...keepAliveFrame()]).toEqual([1, 1, 0]);
    expect(readClientFrame(keepAliveFrame())).toEqual({
      ok: true,
      value: { kind: "awareness", update: Uint8Array.of(0) },
    });
  });

  test.each([
    ["nothing", []],
    ["a kind of the server's", [messageKinds.auth, 0]],
    ["one of ours", [messageKinds.settled, 1, 1]],
    ["an unknown kind", [77]],
    ["an unknown kind of sync", [0, 3, 0]],
    ["no body", [0, 0]],
    ["a body that is cut", [0, 2, 5, 1, 2]],
    ["a length beyond every buffer", [0, 2, 255, 255, 255, 255, 15]],
    ["a number that never ends", Array.from({ length: 20 }, () => 255)],
    ["trailing bytes", [0, 2, 1, 9, 9]],
    ["trailing bytes behind a query", [3, 0]],
  ])("[P1] %s is malformed", (_name, frame) => {
    const malformed = { ok: false, error: "malformed" };
    expect(readClientFrame(Uint8Array.from(frame))).toEqual(malformed);
    expect(readClientFrame(insideLarger(Uint8Array.from(frame)))).toEqual(malformed);
  });

  test("[P1][P6] reading never throws, whatever the bytes", () => {
    const frame = fc.oneof(bytes, damaged(writeSync("update", new Uint8Array(30))));
    fc.assert(
      fc.property(frame, (given) => {
        expect([true, false]).toContain(readClientFrame(given).ok);
        expect([true, false]).toContain(readUpdates(given).ok);
      }),
      { numRuns: 2000 },
    );
  });
});

/** A message with flipped bits, cut or lengthened. */
function damaged(message: Uint8Array): fc.Arbitrary<Uint8Array> {
  const flips = fc.array(fc.tuple(fc.nat(message.length), fc.nat(255)), { maxLength: 4 });
  return fc.tuple(flips, fc.nat(message.length + 4)).map(([changes, length]) => {
    const copy = new Uint8Array(length);
    copy.set(message.subarray(0, length));
    for (const [at, mask] of changes) if (at < length) copy[at] = (copy[at] ?? 0) ^ mask;
    return copy;
  });
}

describe("messages of the server", () => {
  test("[P2] settled reads back", () => {
    fc.assert(
      fc.property(seq, seq, (number, frames) => {
        const decoder = afterKind(writeSettled({ seq: number, frames }), messageKinds.settled);
        expect([readSettled(decoder), atEnd(decoder)]).toEqual([{ seq: number, frames }, true]);
      }),
    );
  });

  test("[P3] a refusal reads back, with and without its frame", () => {
    const refusal = fc.record(
      { reason: fc.constantFrom(...refusalReasons), collection: fc.string(), record: fc.string(), path: fc.string() },
      { requiredKeys: ["reason"] },
    );
    fc.assert(
      fc.property(refusal, fc.option(fc.nat(), { nil: undefined }), (given, frame) => {
        const decoder = afterKind(writeRefusal(given, frame), messageKinds.refusal);
        const expected = { type: "refused", ...given, ...(frame === undefined ? {} : { frame }) };
        expect([readRefusal(decoder), atEnd(decoder)]).toEqual([expected, true]);
      }),
    );
  });

  test("[P3] what is no refusal throws", () => {
    const encoder = encoding.createEncoder();
    encoding.writeVarString(encoder, '{"type":"refused","reason":"because"}');
    expect(() => readRefusal(decoding.createDecoder(encoding.toUint8Array(encoder)))).toThrow(/Invalid/);
  });

  test("[P4] a content hash reads back", () => {
    fc.assert(
      fc.property(seq, fc.uint8Array({ minLength: 32, maxLength: 32 }), (number, hash) => {
        const decoder = afterKind(writeContentHash({ seq: number, hash }), messageKinds.contentHash);
        expect([readContentHash(decoder), atEnd(decoder)]).toEqual([{ seq: number, hash }, true]);
      }),
    );
  });
});

const entry: fc.Arbitrary<FeedEntry> = fc.oneof(
  fc.record({ seq, doc, kind: fc.constant("state" as const), state: bytes }),
  fc.record({ seq, doc, kind: fc.constantFrom("erased" as const, "revoked" as const) }),
  fc.record({ seq, doc, kind: fc.constant("parked" as const), card: fc.string() }),
);

describe("pages of the feed", () => {
  test("[P5] read back as they were written, each state a copy of its own", () => {
    fc.assert(
      fc.property(fc.array(entry), (entries) => {
        const read = readFeedPage(insideLarger(writeFeedPage(entries)));
        expect(read).toEqual(entries);
        const states = read.flatMap((each) => (each.kind === "state" ? [each.state] : []));
        expect(states.every((state) => state.buffer.byteLength === state.length)).toBe(true);
      }),
    );
  });

  test.each([
    ["a page that is cut", writeFeedPage([{ seq: 1, doc: docId("studio"), kind: "erased" }]).slice(0, -1)],
    ["trailing bytes", Uint8Array.of(0, 1)],
    ["an unknown kind", Uint8Array.of(1, 1, 6, ...new TextEncoder().encode("studio"), 9)],
    ["a wrong document", Uint8Array.of(1, 1, 1, 120, 1)],
    ["a huge count", Uint8Array.of(255, 255, 255, 255, 15)],
  ])("[P5] throws on %s", (_name, page) => {
    expect(() => readFeedPage(page)).toThrow(Error);
  });
});

describe("bodies of updates", () => {
  test("[P6] read back as they were written, each update a copy of its own", () => {
    fc.assert(
      fc.property(fc.array(fc.record({ doc, update: bytes })), (updates) => {
        const read = readUpdates(insideLarger(writeUpdates(updates)));
        expect(read).toEqual({ ok: true, value: updates });
        const held = read.ok ? read.value.every(({ update }) => update.buffer.byteLength === update.length) : false;
        expect(held).toBe(true);
      }),
    );
  });

  test("[P6] five hundred documents are the most", () => {
    const many = (count: number) =>
      writeUpdates(Array.from({ length: count }, () => ({ doc: docId("studio"), update: new Uint8Array(0) })));
    expect(readUpdates(many(MAX_UPDATES)).ok).toBe(true);
    expect(readUpdates(many(MAX_UPDATES + 1))).toEqual({ ok: false, error: "malformed" });
  });

  test.each([
    ["nothing", []],
    ["fewer documents than said", [2, 6, ...new TextEncoder().encode("studio"), 0]],
    ["an id that is none", [1, 1, 120, 0]],
    ["trailing bytes", [0, 0]],
    ["a huge count", [255, 255, 255, 255, 15]],
  ])("[P6] %s is malformed", (_name, body) => {
    expect(readUpdates(Uint8Array.from(body))).toEqual({ ok: false, error: "malformed" });
  });
});
