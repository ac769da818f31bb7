import { createComputed, createRoot } from "solid-js";
import { expect, test } from "vitest";
import { createRows } from "./rows.ts";

type Row = { readonly id: string; readonly name: string };

function setUp() {
  const asked: string[][] = [];
  const names = new Map<string, string>();
  let hear: (isChanged: (id: string) => boolean) => void = () => undefined;
  const parts = {
    ask: async (ids: readonly string[]): Promise<Row[]> => {
      asked.push([...ids]);
      return ids.flatMap((id) => (id === "nobody" ? [] : { id, name: names.get(id) ?? `Kişi ${id}` }));
    },
    watch: (listener: typeof hear) => {
      hear = listener;
      return () => undefined;
    },
    onFailure: () => expect.unreachable(),
  };
  return { asked, names, parts, change: (...ids: string[]) => hear((id) => ids.includes(id)) };
}

/** Answers come after two turns of the microtasks. */
const settled = (): Promise<void> => new Promise((resolve) => void setTimeout(resolve));

test("[PE2] rows that are looked at together are asked for together, each once", async () => {
  const { asked, parts } = setUp();
  const rows = createRoot(() => createRows<Row>(parts));
  for (const id of ["a", "b", "a", "nobody"]) expect(rows.at(id)).toBeUndefined();
  await settled();
  expect(rows.at("a")?.name).toBe("Kişi a");
  expect(rows.at("nobody")).toBeUndefined();
  rows.at("c");
  await settled();
  expect(asked).toEqual([["a", "b", "nobody"], ["c"]]);
});

test("[PE2] a changed row is asked again alone, and shows what it showed until it has come", async () => {
  const { asked, names, parts, change } = setUp();
  const { rows, leave } = createRoot((dispose) => {
    const made = createRows<Row>(parts);
    for (const id of ["a", "b"]) made.at(id);
    return { rows: made, leave: dispose };
  });
  await settled();
  names.set("a", "Ada");
  change("a");
  expect(rows.at("a")?.name).toBe("Kişi a");
  await settled();
  expect(rows.at("a")?.name).toBe("Ada");
  expect(asked).toEqual([["a", "b"], ["a"]]);
  leave();
});

test("[PE2] a changed row that nobody looks at is forgotten; those taken another way are not asked for", async () => {
  const { asked, parts, change } = setUp();
  const rows = createRoot(() => createRows<Row>(parts));
  rows.take([{ id: "a", name: "Ada" }]);
  expect(rows.at("a")?.name).toBe("Ada");
  await settled();
  expect(asked).toEqual([]);
  change("a");
  expect(rows.at("a")).toBeUndefined();
  await settled();
  expect(asked).toEqual([["a"]]);
});

test("[PE2] of a long walk through the list only some hundred rows are kept", async () => {
  const { asked, parts } = setUp();
  const rows = createRoot(() => createRows<Row>(parts));
  for (let index = 0; index < 2000; index += 1) rows.at(`p${index}`);
  await settled();
  expect(rows.at("p1999")).toBeDefined();
  expect(rows.at("p0")).toBeUndefined();
  await settled();
  expect(asked[1]).toEqual(["p0"]);
});

test("[PE2] an answer brings the rows that are not known, and they come in one change", async () => {
  const { asked, parts } = setUp();
  const seen: string[] = [];
  const { rows, leave } = createRoot((dispose) => {
    const made = createRows<Row>(parts);
    made.take([{ id: "a", name: "Ada" }]);
    createComputed(() => seen.push(["a", "b", "c"].map((id) => made.at(id)?.name ?? "").join()));
    return { rows: made, leave: dispose };
  });
  await settled();
  expect(seen).toEqual(["Ada,,", "Ada,Kişi b,Kişi c"]);
  await rows.bring(["a", "d", "b", "e"]);
  expect(rows.at("e")?.name).toBe("Kişi e");
  await rows.bring(["d", "e"]);
  expect(asked).toEqual([
    ["b", "c"],
    ["d", "e"],
  ]);
  leave();
});
