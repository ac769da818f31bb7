// Updates whose predecessors are missing, in each of the ways that Yjs keeps silently: none of them is stored.
import * as Y from "yjs";
import { describe, expect, test } from "vitest";
import { emptyDocument, hasPending } from "./apply.ts";
import { ada, change, contactDoc, putContact, setupTenant, storedName, submit } from "./testing.ts";
import type { Bench } from "./testing.ts";

const rename = (name: string) => (ydoc: Y.Doc) => {
  const self = ydoc.getMap("contact").get("self");
  if (self instanceof Y.Map) self.set("name", name);
};

const copyOf = (ydoc: Y.Doc): Y.Doc => {
  const copy = new Y.Doc();
  Y.applyUpdate(copy, Y.encodeStateAsUpdate(ydoc));
  return copy;
};

type Kind = (ydoc: Y.Doc) => Uint8Array;

const gaps: Record<string, Kind> = {
  "a start that is missing": (ydoc) => {
    change(ydoc, rename("lost"));
    return change(ydoc, rename("after"));
  },
  "a hole inside a merged update": (ydoc) => {
    const first = change(ydoc, rename("first"));
    change(ydoc, rename("lost"));
    return Y.mergeUpdates([first, change(ydoc, rename("after"))]);
  },
  "a dependency on somebody else's missing struct": (ydoc) => {
    const other = copyOf(ydoc);
    Y.applyUpdate(ydoc, change(other, rename("lost")));
    const copy = copyOf(ydoc);
    return change(copy, rename("after"));
  },
  "a deletion of what is unknown": () => Uint8Array.of(0, 1, 99, 1, 5, 3),
};

async function isClean(bench: Bench): Promise<boolean> {
  const stored = await bench.storage.read(contactDoc);
  if (stored.kind !== "state") return false;
  const ydoc = emptyDocument(contactDoc);
  Y.applyUpdateV2(ydoc, stored.state);
  return !hasPending(ydoc);
}

describe("gaps", () => {
  test.each(Object.entries(gaps))(
    "[SY5] %s is a gap; nothing of it is kept, and the next update is taken",
    async (_, make) => {
      const bench = setupTenant();
      const ydoc = new Y.Doc();
      await submit(
        bench,
        change(ydoc, (each) => putContact(each, "Ayşe")),
      );
      const honest = copyOf(ydoc);
      expect((await submit(bench, make(ydoc))).kind).toBe("gap");
      expect(await storedName(bench.storage)).toBe("Ayşe");
      expect((await submit(bench, change(honest, rename("Bora")), { member: ada })).kind).toBe("settled");
      expect(await storedName(bench.storage)).toBe("Bora");
      expect(await isClean(bench)).toBe(true);
    },
  );
});
