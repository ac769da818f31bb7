import { describe, expect, it } from "vitest";
import { takeToken } from "./token.ts";
import type { Address } from "./token.ts";

const secret = "aB3_-".repeat(8) + "xyz";

/** An address bar that notes what replaces it. */
function bar(hash: string): { page: Address; shown: string[] } {
  const shown: string[] = [];
  const history = {
    state: { depth: 1 },
    replaceState: (_state: unknown, _unused: string, url: string) => shown.push(url),
  };
  return { page: { location: { hash, pathname: "/verify" }, history }, shown };
}

describe("the secret of a mail link", () => {
  it("[UI15] is read once and leaves the address bar", () => {
    const { page, shown } = bar(`#token=${secret}`);
    expect(takeToken(page)).toBe(secret);
    expect(shown).toEqual(["/verify"]);
  });

  it.each([
    "",
    "#",
    "#token=",
    `#token=${secret}x`,
    `#token=${secret.slice(1)}`,
    `#x=1&token=${secret}`,
    "#token=<script>",
  ])("[UI15] is none in %j, and nothing of it stays", (hash) => {
    const { page, shown } = bar(hash);
    expect(takeToken(page)).toBeNull();
    expect(shown).toEqual(hash === "" ? [] : ["/verify"]);
  });
});
