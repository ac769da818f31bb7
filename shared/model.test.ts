// Tests of the model window.
import { expect, test } from "vitest";
import { MODEL_VERSION } from "./document.ts";
import { formatWindow, modelWindow, parseWindow, standingOf } from "./model.ts";

test("[M15] both ends of the window may write, below is outdated, above is ahead", () => {
  const window = { oldest: 3, newest: 5 };
  const standings = [2, 3, 4, 5, 6].map((model) => standingOf(model, window));
  expect(standings).toEqual(["outdated", "current", "current", "current", "ahead"]);
});

test("[M15] a build takes what it writes itself", () => {
  expect(standingOf(MODEL_VERSION, modelWindow)).toBe("current");
});

test("[M15] a window is read as it was told, and any other text is none", () => {
  expect(parseWindow(formatWindow({ oldest: 3, newest: 12 }))).toEqual({ oldest: 3, newest: 12 });
  for (const text of [null, "", "3", "3-", "-3", "a-b", "3-12 ", "1234567890-2"]) expect(parseWindow(text)).toBeNull();
});
