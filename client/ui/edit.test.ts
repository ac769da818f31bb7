import { createRoot, createSignal } from "solid-js";
import { expect, test } from "vitest";
import { createEdit } from "./edit.ts";
import type { Edit } from "./edit.ts";

type Field = {
  readonly edit: Edit;
  readonly setStored: (text: string) => void;
  readonly saved: string[];
  readonly dispose: () => void;
};

const field = (problem: string | null = null): Field =>
  createRoot((dispose) => {
    const [stored, setStored] = createSignal("eski");
    const saved: string[] = [];
    const save = async (typed: string): Promise<string | null> => {
      saved.push(typed);
      if (problem === null) setStored(typed);
      return problem;
    };
    return { edit: createEdit({ value: stored, save }), setStored, saved, dispose };
  });

test("[PE7] what is typed is saved once, on leaving the field", async () => {
  const { edit, saved } = field();
  edit.onInput("ye");
  edit.onInput("yeni");
  expect(saved).toEqual([]);
  edit.onBlur();
  edit.onBlur();
  await Promise.resolve();
  expect(saved).toEqual(["yeni"]);
  expect(edit.value()).toBe("yeni");
});

test("[PE7] nothing is saved when nothing changed", () => {
  const { edit, saved } = field();
  edit.onInput("başka");
  edit.onInput("eski");
  edit.onBlur();
  expect(saved).toEqual([]);
});

test("[PE7] a colleague's value shows while nothing is typed here, and does not take away what is", () => {
  const { edit, setStored } = field();
  setStored("onların");
  expect(edit.value()).toBe("onların");
  edit.onInput("benim");
  setStored("yine onların");
  expect(edit.value()).toBe("benim");
});

test("[PE7] what was refused stays to be mended, with the reason", async () => {
  const { edit } = field("Geçerli değil");
  edit.onInput("yanlış");
  edit.onBlur();
  await Promise.resolve();
  await Promise.resolve();
  expect(edit.value()).toBe("yanlış");
  expect(edit.error()).toBe("Geçerli değil");
  edit.onInput("yanlı");
  expect(edit.error()).toBeUndefined();
});

test("[PE7] what is typed is saved when the screen is left", () => {
  const { edit, saved, dispose } = field();
  edit.onInput("yeni");
  dispose();
  expect(saved).toEqual(["yeni"]);
});
