// Every word that a person reads or hears stands in a text of two languages, never in a component.
import { globSync, readFileSync } from "node:fs";
import { Visitor, parseSync } from "vite";
import { describe, expect, it } from "vitest";

const spoken = new Set(["aria-label", "title", "label", "placeholder", "alt", "hint", "description", "legend"]);
const isWords = (text: string): boolean => /\p{L}{2}/u.test(text);
// What is the same in every language.
const names = new Set(["Lumiso", "https://"]);

/** The hard-coded words of a component. */
function wordsIn(path: string, source: string): string[] {
  const found: string[] = [];
  const note = (text: string): void => {
    if (isWords(text) && !names.has(text.trim())) found.push(`${path}: ${text.trim()}`);
  };
  new Visitor({
    JSXText: (node) => note(node.value),
    JSXAttribute: (node) => {
      const name = node.name.type === "JSXIdentifier" ? node.name.name : "";
      const value = node.value;
      if (spoken.has(name) && value?.type === "Literal" && typeof value.value === "string") note(value.value);
    },
  }).visit(parseSync(path, source).program);
  return found;
}

describe("words in components", () => {
  it("[UI1] finds hard-coded words and takes those of a text", () => {
    const bad = `const A = () => <p title="Merhaba">Ekip {t("x")} <b>Lumiso</b></p>;`;
    expect(wordsIn("bad.tsx", bad)).toEqual(["bad.tsx: Merhaba", "bad.tsx: Ekip"]);
  });

  it("[UI1] no component of the client has words of its own", () => {
    const paths = globSync("client/**/*.tsx", { exclude: ["**/*.test.tsx"] });
    expect(paths.length).toBeGreaterThan(30);
    expect(paths.flatMap((path) => wordsIn(path, readFileSync(path, "utf8")))).toEqual([]);
  });
});
