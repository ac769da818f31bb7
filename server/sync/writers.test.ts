// Whose Yjs client ids are: a forged struct would make a colleague's next edits count as known.
import * as Y from "yjs";
import { describe, expect, test } from "vitest";
import { startLimits } from "../limits.ts";
import { writeAwareness } from "../../shared/protocol.ts";
import { ada, ben, change, contactDoc, joinRoom, putContact, setupTenant, storedName, submit } from "./testing.ts";
import type { Bench } from "./testing.ts";
import { noteOf } from "./heavy.testing.ts";

const rename = (name: string) => (ydoc: Y.Doc) => {
  const self = ydoc.getMap("contact").get("self");
  if (self instanceof Y.Map) self.set("name", name);
};

const copyOf = (ydoc: Y.Doc, client?: number): Y.Doc => {
  const copy = new Y.Doc();
  Y.applyUpdate(copy, Y.encodeStateAsUpdate(ydoc));
  if (client !== undefined) copy.clientID = client;
  return copy;
};

/** A contact that Ada made, and what she writes next with nobody having seen it. */
async function setup(): Promise<{ bench: Bench; adas: Y.Doc }> {
  const bench = setupTenant();
  const adas = new Y.Doc();
  const made = change(adas, (ydoc) => putContact(ydoc, "Ayşe"));
  expect((await submit(bench, made, { member: ada })).kind).toBe("settled");
  return { bench, adas };
}

const refusedFor = (reason: string) => ({ kind: "refused", refusal: { reason } });

describe("client ids", () => {
  test("[SY14] a member who forges a colleague's client id is refused, and the colleague's next edit is not lost", async () => {
    const { bench, adas } = await setup();
    const forged = change(copyOf(adas, adas.clientID), rename("Forged"));
    expect(await submit(bench, forged, { member: ben })).toMatchObject(refusedFor("author"));
    expect((await submit(bench, change(adas, rename("Ayşe Kaya")), { member: ada })).kind).toBe("settled");
    expect(await storedName(bench.storage)).toBe("Ayşe Kaya");
  });

  test("[SY14] the owner of an id is known after a restart, and while the room is not in memory", async () => {
    const { bench, adas } = await setup();
    bench.tenant.drop(contactDoc, { type: "later" });
    const forged = change(copyOf(adas, adas.clientID), rename("Forged"));
    expect(await submit(bench, forged, { member: ben })).toMatchObject(refusedFor("author"));
  });

  test("[SY14] two of one tick under one id: the first has it", async () => {
    const { bench, adas } = await setup();
    const [first, second] = [copyOf(adas, 99), copyOf(adas, 99)];
    const results = await Promise.all([
      submit(bench, change(first, rename("Ada")), { member: ada }),
      submit(bench, change(second, rename("Ben, longer")), { member: ben }),
    ]);
    expect(results[0]?.kind).toBe("settled");
    expect(await storedName(bench.storage)).toBe("Ada");
    const next = change(second, rename("Ben again"));
    expect(await submit(bench, next, { member: ben })).toMatchObject(refusedFor("author"));
  });

  test("[SY14] what the server has already may come from anybody: a SyncStep2 holds everyone's", async () => {
    const { bench, adas } = await setup();
    const bens = copyOf(adas);
    const both = change(bens, rename("Ayşe B."));
    const all = Y.mergeUpdates([Y.encodeStateAsUpdate(adas), both]);
    expect((await submit(bench, all, { member: ben })).kind).toBe("settled");
    expect(await storedName(bench.storage)).toBe("Ayşe B.");
  });

  test("[SY14] an update that was refused binds nothing", async () => {
    const { bench, adas } = await setup();
    const bad = change(copyOf(adas, 99), (ydoc) => ydoc.getMap("elsewhere").set("a", 1));
    expect((await submit(bench, bad, { member: ben })).kind).toBe("refused");
    expect((await submit(bench, change(copyOf(adas, 99), rename("Ada")), { member: ada })).kind).toBe("settled");
  });

  test("[SY14] an id that a colleague shows in the room is theirs before they have written", async () => {
    const { bench, adas } = await setup();
    const first = await joinRoom(bench, contactDoc, { member: ada });
    const second = await joinRoom(bench, contactDoc, { member: ben });
    first.connection.receive(writeAwareness(Uint8Array.of(1, 42, 1, 2, 0x7b, 0x7d)));
    second.sendUpdate(change(copyOf(adas, 42), rename("Forged")));
    await bench.tenant.idle();
    expect(second.refusals).toMatchObject([{ reason: "author" }]);
    expect(await storedName(bench.storage)).toBe("Ayşe");
  });

  test("[SY14] after a restore a device brings back what colleagues wrote under their ids; that binds nobody", async () => {
    const { bench, adas } = await setup();
    const room = await bench.tenant.room(contactDoc);
    if (!room.ok) throw new Error(room.error.type);
    const { clientIdsPerSyncUpdate: maxClientIds, structsPerDocument: maxStructs } = startLimits;
    const bring = (update: Uint8Array) =>
      new Promise((settle) => {
        const author = { member: ben, mayBring: (by: string) => by === ada };
        bench.tenant.submit(room.value, { update, format: "v1", author, maxClientIds, maxStructs, from: null, settle });
      });
    expect(await bring(change(adas, rename("Brought")))).toMatchObject({ kind: "settled" });
    expect(await bring(change(copyOf(adas, 99), rename("Other")))).toMatchObject({ kind: "settled" });
    const stored = await bench.storage.writersOf(contactDoc);
    expect([...stored]).toEqual([[adas.clientID, ada]]);
  });

  test("[SY15] a document takes no more client ids than its limit, and goes on under those it has", async () => {
    const bench = setupTenant({ limits: { ...startLimits, clientIdsPerDocument: 3 } });
    const ydoc = new Y.Doc();
    await submit(
      bench,
      change(ydoc, (each) => putContact(each, "Ayşe")),
    );
    const kinds: string[] = [];
    for (let turn = 0; turn < 4; turn += 1) {
      const copy = copyOf(ydoc);
      const update = change(copy, rename(`name ${turn}`));
      kinds.push((await submit(bench, update)).kind);
      if (kinds.at(-1) === "settled") Y.applyUpdate(ydoc, update);
    }
    expect(kinds).toEqual(["settled", "settled", "refused", "refused"]);
    expect((await submit(bench, change(ydoc, rename("on")))).kind).toBe("settled");
    expect(bench.failures).toEqual([]);
  });
});

test("[SY15] nobody uses up a document's client ids in a day", async () => {
  let now = 0;
  const bench = setupTenant({ limits: { ...startLimits, clientIdsPerMemberPerDay: 2 }, clock: () => now });
  const ydoc = new Y.Doc();
  await submit(
    bench,
    change(ydoc, (each) => putContact(each, "Ayşe")),
  );
  const kinds: string[] = [];
  const turn = async (member: string): Promise<void> => {
    const update = change(copyOf(ydoc), rename(`${kinds.length}`));
    kinds.push((await submit(bench, update, { member })).kind);
    if (kinds.at(-1) === "settled") Y.applyUpdate(ydoc, update);
  };
  for (const member of [ada, ada, ben]) await turn(member);
  now += 24 * 60 * 60_000;
  await turn(ada);
  expect(kinds).toEqual(["settled", "refused", "settled", "settled"]);
});

describe("what a member takes away", () => {
  test("[SY16] overwriting beyond an hour's share is refused and told; the next hour begins anew", async () => {
    let now = 0;
    const bench = setupTenant({ limits: { ...startLimits, removalsPerMemberPerHour: 3 }, clock: () => now });
    const ydoc = new Y.Doc();
    await submit(
      bench,
      change(ydoc, (each) => putContact(each, "Ayşe")),
    );
    for (const name of ["a", "b", "c"]) {
      expect((await submit(bench, change(ydoc, rename(name)))).kind).toBe("settled");
    }
    const more = change(copyOf(ydoc), rename("d"));
    expect(await submit(bench, more)).toMatchObject(refusedFor("destructive"));
    expect(await storedName(bench.storage)).toBe("c");
    expect((await submit(bench, change(copyOf(ydoc), rename("e")), { member: ben })).kind).toBe("settled");
    now += 60 * 60_000;
    expect((await submit(bench, more)).kind).toBe("settled");
  });

  test("[SY16] a hundred letters count as a field", async () => {
    const bench = setupTenant({ limits: { ...startLimits, removalsPerMemberPerHour: 2 } });
    const note = noteOf(400);
    await submit(bench, note.update, note);
    const cut = (letters: number) => change(note.ydoc, () => note.line.delete(0, letters));
    expect((await submit(bench, cut(150), note)).kind).toBe("settled");
    expect(await submit(bench, cut(100), note)).toMatchObject(refusedFor("destructive"));
  });

  test("[SY16] it counts over all documents of the studio, and adding counts nothing", async () => {
    const bench = setupTenant({ limits: { ...startLimits, removalsPerMemberPerHour: 1 } });
    for (let turn = 0; turn < 5; turn += 1) {
      const doc = contactDoc.replace("3f0c1e0a", `3f0c1e0${turn}`) as typeof contactDoc;
      const ydoc = new Y.Doc();
      expect(
        (
          await submit(
            bench,
            change(ydoc, (each) => putContact(each, "Ayşe")),
            { doc },
          )
        ).kind,
      ).toBe("settled");
      const outcome = await submit(bench, change(ydoc, rename("b")), { doc });
      expect(outcome.kind).toBe(turn === 0 ? "settled" : "refused");
    }
  });
});
