import { describe, expect, it } from "vitest";
import { roles } from "../../policy/roles.ts";
import { reasonToStop } from "../capable.ts";
import { crashCode } from "./crash.ts";
import { placesFor } from "./places.ts";

describe("places", () => {
  it("[UI14] shows a role only what it may open", () => {
    const keys = Object.fromEntries(roles.map((role) => [role, placesFor(role).map((place) => place.key)]));
    const all = ["people", "import", "team", "settings"];
    expect(keys).toEqual({
      owner: all,
      manager: all,
      assistant: all,
      photographer: ["people", "team", "settings"],
      viewer: ["people", "team", "settings"],
      accountant: ["team", "settings"],
    });
  });
});

describe("stopping", () => {
  const able = { secure: true, crypto: true, locks: true, worker: true };

  it("[UI18] goes on where data can be protected", () => {
    expect(reasonToStop(able)).toBeNull();
  });

  it("[UI18] names the missing secure connection before what follows from it", () => {
    expect(reasonToStop({ secure: false, crypto: false, locks: false, worker: false })).toBe("insecure");
    for (const lacks of ["crypto", "locks", "worker"]) expect(reasonToStop({ ...able, [lacks]: false })).toBe("old");
  });
});

describe("crash", () => {
  const thrownAt = (message: string): Error => new TypeError(message);

  it("[UI17] the same fault has the same code, whatever was typed", () => {
    expect(crashCode(thrownAt("Ayşe Yılmaz"))).toBe(crashCode(thrownAt("0532 123 45 67")));
    expect(crashCode(thrownAt("x"))).toMatch(/^L-[0-9A-Z]{6}$/);
  });

  it("[UI17] anything that is thrown has a code", () => {
    expect(crashCode(undefined)).toMatch(/^L-[0-9A-Z]{6}$/);
    expect(crashCode("text")).toBe(crashCode(7));
  });
});
