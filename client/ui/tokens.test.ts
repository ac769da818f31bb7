import { readFileSync } from "node:fs";
import { describe, expect, it } from "vitest";
import { memberColours } from "../../server/auth/memberships.ts";
import { contrast, initialsOf, inkOn } from "./face.ts";

const css = readFileSync("client/ui/tokens.css", "utf8");
const pairs = [...css.matchAll(/--([a-z-]+): light-dark\((#[0-9a-f]{6}), (#[0-9a-f]{6})\)/g)];
const tokens = new Map(pairs.map(([, name, light, dark]) => [name ?? "", { light: light ?? "", dark: dark ?? "" }]));

type Mode = "light" | "dark";
const at = (name: string, mode: Mode): string => {
  const token = tokens.get(name);
  if (token === undefined) throw new Error(`no token --${name}`);
  return token[mode];
};

// Text of 12 to 16 px on everything it is put on. Source: WCAG 2.2, 1.4.3.
const text: readonly (readonly [string, readonly string[]])[] = [
  ["ink", ["canvas", "surface", "raised", "hover", "tint", "danger-tint", "warn-tint", "info-tint"]],
  ["muted", ["canvas", "surface", "raised", "hover"]],
  ["primary", ["canvas", "surface", "raised"]],
  ["on-primary", ["primary", "primary-hover"]],
  ["on-tint", ["tint"]],
  ["danger", ["surface", "raised", "danger-tint"]],
  ["warn", ["surface", "warn-tint"]],
  ["canvas", ["ink"]],
];
// Frames of controls, marks and the ring of the focus. Source: WCAG 2.2, 1.4.11.
const shapes: readonly (readonly [string, readonly string[]])[] = [
  ["control", ["canvas", "surface", "raised"]],
  ["primary", ["canvas", "surface", "raised", "tint"]],
  ["info", ["info-tint"]],
];

const cases = (table: typeof text): [string, string, Mode][] =>
  table.flatMap(([front, grounds]) =>
    grounds.flatMap((ground) =>
      (["light", "dark"] as const).map((mode): [string, string, Mode] => [front, ground, mode]),
    ),
  );

describe("tokens", () => {
  it.each(cases(text))("[UI8] text %s on %s can be read in %s", (front, ground, mode) => {
    expect(contrast(at(front, mode), at(ground, mode))).toBeGreaterThanOrEqual(4.5);
  });

  it.each(cases(shapes))("[UI8] %s stands out from %s in %s", (front, ground, mode) => {
    expect(contrast(at(front, mode), at(ground, mode))).toBeGreaterThanOrEqual(3);
  });

  it("[UI8] has the colours of the reference", () => {
    expect(tokens.get("canvas")).toEqual({ light: "#f6f8f7", dark: "#101716" });
    expect(tokens.get("primary")).toEqual({ light: "#0b7a6c", dark: "#2cc7b2" });
    expect(contrast("#16211f", "#ffffff")).toBeCloseTo(16.5, 1);
  });
});

describe("faces", () => {
  it.each(memberColours)("[UI8] initials can be read on the member's colour %s", (colour) => {
    expect(contrast(inkOn(colour), colour)).toBeGreaterThanOrEqual(4.5);
  });

  it("[UI8] takes the first letters of the first and the last word, as the language writes them", () => {
    expect(initialsOf("ilker ışık", "tr")).toBe("İI");
    expect(initialsOf("Mustafa Kemalettin Öztürk", "tr")).toBe("MÖ");
    expect(initialsOf("  Cher ", "en")).toBe("C");
    expect(initialsOf("🌿 Deniz", "tr")).toBe("🌿D");
    expect(initialsOf("", "tr")).toBe("");
  });
});
