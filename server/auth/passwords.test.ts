import { describe, expect, it } from "vitest";
import { seededRandom } from "../clock.testing.ts";
import { startLimits } from "../limits.ts";
import { createPasswords, mayBePassword } from "./passwords.ts";
import { testPasswordCost } from "./testing.ts";

const random = seededRandom("passwords");

describe("passwords", () => {
  it.each([
    ["dokuzhane", false],
    ["on haneli.", true],
    ["🎈".repeat(10), true],
    ["🎈".repeat(9), false],
    ["x".repeat(200), true],
    ["x".repeat(201), false],
    ["aaaaaaaaaaaa", true],
    ["Ayse.Yilmaz@Example.test", false],
    ["ayse.yilmaz", false],
    ["AYŞE  Yılmaz", false],
    ["ayseyilmaz1", true],
  ])("[AU12] %s may be one: %s", (password, may) => {
    expect(mayBePassword(password, { email: "ayse.yilmaz@example.test", name: "Ayşe Yılmaz" })).toBe(may);
  });

  it("[AU13] are hashed with Argon2id at the recommended cost", async () => {
    const passwords = createPasswords({ limits: startLimits, random });
    const hashed = await passwords.hash("kırmızı balon 42");
    expect(hashed).toMatchObject({ ok: true, value: expect.stringMatching(/^\$argon2id\$v=19\$m=19456,t=2,p=1\$/) });
  });

  it("[AU13] wait in turn and are refused when too many wait", async () => {
    const limits = { ...startLimits, passwordHashesAtOnce: 1, passwordHashesWaiting: 2 };
    const passwords = createPasswords({ limits, random, cost: testPasswordCost });
    const answers = await Promise.all(Array.from({ length: 5 }, () => passwords.hash("kırmızı balon 42")));
    expect(answers.map((answer) => answer.ok)).toEqual([true, true, true, false, false]);
    expect(answers[4]).toMatchObject({ error: { type: "later" } });
    expect((await passwords.hash("kırmızı balon 42")).ok).toBe(true);
  });

  it("[AU12] compare by what they look like", async () => {
    const passwords = createPasswords({ limits: startLimits, random, cost: testPasswordCost });
    const hashed = await passwords.hash("çok güzel ﬁlm");
    if (!hashed.ok) throw new Error("not hashed");
    expect(await passwords.verify(hashed.value, "çok güzel film".normalize("NFD"))).toEqual({ ok: true, value: true });
    expect(await passwords.verify(hashed.value, "cok guzel film")).toEqual({ ok: true, value: false });
  });
});
