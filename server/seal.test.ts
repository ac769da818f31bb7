// Shows the form of a sealed blob and what it refuses.
import { createDecipheriv, createSecretKey } from "node:crypto";
import { describe, expect, it } from "vitest";
import { seededRandom } from "./clock.testing.ts";
import { seal, SEAL_OVERHEAD, unseal } from "./seal.ts";

const random = seededRandom("seal");
const box = { key: createSecretKey(random(32)), address: "organisation/contact/key" };
const plain = new TextEncoder().encode("a state");

describe("sealing", () => {
  it("[K1] writes version, nonce, ciphertext and tag as AES-256-GCM has them", () => {
    const blob = seal(plain, box, random);
    expect(blob.length).toBe(plain.length + SEAL_OVERHEAD);
    expect(blob[0]).toBe(1);
    const decipher = createDecipheriv("aes-256-gcm", box.key, blob.subarray(1, 13));
    decipher.setAAD(Buffer.from(box.address));
    decipher.setAuthTag(blob.subarray(-16));
    const opened = Buffer.concat([decipher.update(blob.subarray(13, -16)), decipher.final()]);
    expect(opened.toString()).toBe("a state");
  });

  it("[K1] takes a fresh nonce each time", () => {
    const nonces = Array.from({ length: 100 }, () =>
      Buffer.from(seal(plain, box, random).subarray(1, 13)).toString("hex"),
    );
    expect(new Set(nonces).size).toBe(100);
  });

  it("[K2] opens with its key at its address only", () => {
    const blob = seal(plain, box, random);
    expect(unseal(blob, box)).toEqual({ ok: true, value: plain });
    expect(unseal(blob, { ...box, key: createSecretKey(random(32)) })).toEqual({ ok: false, error: "damaged" });
    expect(unseal(blob, { ...box, address: "organisation/contact/other" })).toEqual({ ok: false, error: "damaged" });
    for (let index = 0; index < blob.length; index += 1) {
      const changed = blob.slice();
      changed[index] = (changed[index] ?? 0) ^ 0x80;
      expect(unseal(changed, box)).toEqual({ ok: false, error: "damaged" });
      expect(unseal(blob.subarray(0, index), box)).toEqual({ ok: false, error: "damaged" });
    }
  });

  it("[K1] seals nothing at all, too", () => {
    expect(unseal(seal(new Uint8Array(), box, random), box)).toEqual({ ok: true, value: new Uint8Array() });
  });

  it("[K1] throws for a key of another length", () => {
    expect(() => seal(plain, { ...box, key: createSecretKey(random(16)) }, random)).toThrow("key length");
  });
});
