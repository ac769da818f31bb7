import { createRoot, createSignal } from "solid-js";
import { expect, test } from "vitest";
import { createPages } from "./pages.ts";

type Row = { readonly id: string; readonly name: string };

const people = (count: number): string[] => Array.from({ length: count }, (_, index) => `p${index}`);
const rowOf = (id: string): Row => ({ id, name: `Kişi ${id}` });

test("[PE2] only the pages looked at are asked for, each once, and the longest unseen is let go", () => {
  createRoot((dispose) => {
    const asked: string[] = [];
    const at = createPages<Row>({
      ids: () => people(20_000),
      ask: (ids) => {
        asked.push(ids()[0] ?? "");
        return () => ids().map(rowOf);
      },
    });
    for (let index = 0; index < 40; index += 1) expect(at(`p${index}`, index)?.id).toBe(`p${index}`);
    expect(asked).toEqual(["p0"]);
    for (let page = 1; page <= 8; page += 1) at(`p${page * 100}`, page * 100);
    expect(at("p0", 0)?.name).toBe("Kişi p0");
    expect(asked).toEqual(["p0", "p100", "p200", "p300", "p400", "p500", "p600", "p700", "p800", "p0"]);
    dispose();
  });
});

test("[PE2] a row keeps what it showed while its page is asked again", () => {
  createRoot((dispose) => {
    const [rows, setRows] = createSignal<Row[] | undefined>([rowOf("p0")]);
    const at = createPages<Row>({ ids: () => ["p0"], ask: () => rows });
    expect(at("p0", 0)?.name).toBe("Kişi p0");
    setRows(undefined);
    expect(at("p0", 0)?.name).toBe("Kişi p0");
    expect(at("p1", 1)).toBeUndefined();
    dispose();
  });
});
