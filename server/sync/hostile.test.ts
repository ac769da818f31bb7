// Updates that are well-formed bytes and bad intent: countless, empty, too many, refused in masses; and writers whose tick fails.
import * as encoding from "lib0/encoding";
import * as Y from "yjs";
import { describe, expect, test } from "vitest";
import { docId } from "../../shared/document.ts";
import { startLimits } from "../limits.ts";
import { inspectUpdate } from "./inspect.ts";
import type { Outcome } from "./room.ts";
import { ada, change, contactDoc, joinRoom, putContact, setupTenant, storedName, submit } from "./testing.ts";

type Struct = { readonly info: number; readonly length: number };

/** An update of garbage structs of one client; `count` may claim more of them than follow. */
function structsOf(encoder: Y.UpdateEncoderV1 | Y.UpdateEncoderV2, structs: readonly Struct[], count = structs.length) {
  encoding.writeVarUint(encoder.restEncoder, 1);
  encoding.writeVarUint(encoder.restEncoder, count);
  encoder.writeClient(7);
  encoding.writeVarUint(encoder.restEncoder, 0);
  for (const { info, length } of structs) {
    encoder.writeInfo(info);
    encoder.writeLen(length);
  }
  encoding.writeVarUint(encoder.restEncoder, 0);
  return encoder.toUint8Array();
}

const bounds = { maxClientIds: 32, maxStructs: startLimits.structsPerDocument };

const newName = (name: string): Uint8Array => change(new Y.Doc(), (ydoc) => putContact(ydoc, name));

describe("bounds before an update is applied", () => {
  test("[SY9] 25 bytes that name a thousand million structs are refused without reading them", () => {
    const update = structsOf(new Y.UpdateEncoderV2(), [{ info: 0, length: 1 }], 1e9);
    expect(update.length).toBeLessThan(26);
    expect(inspectUpdate(new Y.Doc(), { update, format: "v2", ...bounds })).toEqual({
      kind: "refused",
      reason: "limit",
    });
  });

  test.each([0, 2 ** 41])(
    "[SY9] a struct of length %d is refused, and the document can be read afterwards",
    async (length) => {
      const bench = setupTenant();
      await submit(bench, newName("Ayşe"));
      const outcome = await submit(bench, structsOf(new Y.UpdateEncoderV1(), [{ info: 0, length }]));
      expect(outcome).toMatchObject({ kind: "refused", refusal: { reason: "malformed" } });
      expect(await storedName(bench.storage)).toBe("Ayşe");
      expect(bench.failures).toEqual([]);
    },
  );

  test("[SY9] a client id beyond 32 bits is none", () => {
    const encoder = new Y.UpdateEncoderV1();
    for (const number of [1, 1]) encoding.writeVarUint(encoder.restEncoder, number);
    encoding.writeVarUint(encoder.restEncoder, 2 ** 32);
    encoding.writeVarUint(encoder.restEncoder, 0);
    encoder.writeInfo(0);
    encoder.writeLen(1);
    encoding.writeVarUint(encoder.restEncoder, 0);
    const incoming = { update: encoder.toUint8Array(), format: "v1" as const, ...bounds };
    expect(inspectUpdate(new Y.Doc(), incoming)).toEqual({ kind: "refused", reason: "malformed" });
  });

  test("[SY9] a document is not filled beyond its structs, whatever is sent piece by piece", async () => {
    const limits = { ...startLimits, structsPerDocument: 12 };
    const bench = setupTenant({ limits });
    const { ydoc } = await joinRoom(bench, contactDoc);
    await submit(
      bench,
      change(ydoc, (each) => putContact(each, "Ayşe")),
    );
    const outcomes: string[] = [];
    for (let turn = 0; turn < 20; turn += 1) {
      const other = new Y.Doc();
      Y.applyUpdate(other, Y.encodeStateAsUpdate(ydoc));
      const update = change(other, (each) =>
        (each.getMap("contact").get("self") as Y.Map<unknown>).set("name", `${turn}`),
      );
      outcomes.push((await submit(bench, update)).kind);
    }
    expect(outcomes).toContain("settled");
    expect(outcomes.at(-1)).toBe("refused");
    expect(bench.failures).toEqual([]);
  });
});

describe("work that one request may cause", () => {
  test("[SY10] a mass of refused updates loads the document once a tick, and what stands among them is kept", async () => {
    let reads = 0;
    let readsAtCommit = 0;
    const bench = setupTenant({
      wrap: (storage) => ({
        ...storage,
        read: (doc) => {
          reads += 1;
          return storage.read(doc);
        },
        commit: (changes) => {
          readsAtCommit = reads;
          return storage.commit(changes);
        },
      }),
    });
    const hostile = change(new Y.Doc(), (ydoc) => ydoc.getMap("elsewhere").set("a", 1));
    const first = Array.from({ length: 10 }, () => submit(bench, hostile));
    const good = submit(bench, newName("Ayşe"));
    const last = Array.from({ length: 10 }, () => submit(bench, hostile));
    expect((await Promise.all([...first, ...last])).every(({ kind }) => kind === "refused")).toBe(true);
    expect((await good).kind).toBe("settled");
    // Hint: the first ones once together, then each by itself. Rule: SY17.
    expect(readsAtCommit).toBeLessThanOrEqual(13);
    expect(await storedName(bench.storage)).toBe("Ayşe");
  });

  test("[SY10] a tick ends when its time is over, and what is left is saved by the next ones", async () => {
    let commits = 0;
    const limits = { ...startLimits, tickMs: 0 };
    const bench = setupTenant({
      limits,
      wrap: (storage) => ({
        ...storage,
        commit: (changes) => {
          commits += 1;
          return storage.commit(changes);
        },
      }),
    });
    const docs = Array.from({ length: 20 }, () => docId("contact", crypto.randomUUID()));
    const outcomes = await Promise.all(docs.map((doc) => submit(bench, newName("Ayşe"), { doc })));
    expect(outcomes.every(({ kind }) => kind === "settled")).toBe(true);
    expect(commits).toBeGreaterThan(1);
    expect(await Promise.all(docs.map((doc) => storedName(bench.storage, doc)))).toEqual(docs.map(() => "Ayşe"));
  });

  test("[SY11] rooms of documents that nobody makes are given up, though nothing is written", async () => {
    const bench = setupTenant();
    for (let turn = 0; turn < 300; turn += 1) {
      await bench.tenant.room(docId("contact", crypto.randomUUID()));
      await new Promise((resolve) => void setImmediate(resolve));
    }
    expect([...bench.tenant.rooms()].length).toBeLessThan(210);
  });
});

describe("outcomes", () => {
  test("[SY8] who wrote without a socket hears of a failed commit, and the same update is saved afterwards", async () => {
    let fails = true;
    const bench = setupTenant({
      wrap: (storage) => ({
        ...storage,
        commit: (changes) => (fails ? Promise.reject(new Error("disk full")) : storage.commit(changes)),
      }),
    });
    const room = await bench.tenant.room(contactDoc);
    const update = newName("Ayşe");
    expect(await submit(bench, update)).toEqual({ kind: "failed", error: { type: "later" } });
    fails = false;
    const stale = await new Promise<Outcome>((settle) => {
      if (!room.ok) throw new Error(room.error.type);
      const author = { member: ada };
      bench.tenant.submit(room.value, { update, format: "v1", author, ...bounds, from: null, settle });
    });
    expect(stale).toEqual({ kind: "failed", error: { type: "later" } });
    expect(await storedName(bench.storage)).toBeNull();
    expect((await submit(bench, update)).kind).toBe("settled");
    expect(await storedName(bench.storage)).toBe("Ayşe");
  });

  test("[SY8] a room that is dropped while it loads is not handed out", async () => {
    const bench = setupTenant();
    const loading = bench.tenant.room(contactDoc);
    bench.tenant.drop(contactDoc, { type: "erased" });
    const next = bench.tenant.room(contactDoc);
    expect(await loading).toEqual({ ok: false, error: { type: "later" } });
    const room = await next;
    expect(room.ok && [...bench.tenant.rooms()][0] === room.value).toBe(true);
  });
});
