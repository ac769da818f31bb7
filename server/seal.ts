// Owns the form of every sealed blob: AES-256-GCM, `version 1 byte | nonce 12 | ciphertext + tag 16`.
// Never keeps or finds a key (keyring.ts, storage.keys.ts); a blob opens only with its key and at its own address.
import { createCipheriv, createDecipheriv } from "node:crypto";
import type { KeyObject } from "node:crypto";
import type { RandomBytes } from "./clock.ts";
import { err, ok } from "../shared/result.ts";
import type { Result } from "../shared/result.ts";

/** Length of every key, of documents and for wrapping. Units: bytes. */
export const KEY_BYTES = 32;

const SEAL_VERSION = 1;
const NONCE_BYTES = 12;
const TAG_BYTES = 16;

/** How many bytes longer a sealed blob is than what is in it. */
export const SEAL_OVERHEAD = 1 + NONCE_BYTES + TAG_BYTES;

/**
 * The key of a blob and the address it is bound to, such as `<org>/<doc>/<key id>`.
 * Units: a secret key of 32 bytes. Hint: made into a KeyObject once, because a cipher takes raw bytes three times as slowly (measured).
 */
export type SealBox = { readonly key: KeyObject; readonly address: string };

/** Seals bytes under a key for one address, with a fresh nonce. Rule: K1, K2. Throws: when the key is not 32 bytes. */
export function seal(plain: Uint8Array, { key, address }: SealBox, random: RandomBytes): Uint8Array {
  const nonce = random(NONCE_BYTES);
  const cipher = createCipheriv("aes-256-gcm", key, nonce, { authTagLength: TAG_BYTES });
  cipher.setAAD(Buffer.from(address));
  const blob = new Uint8Array(plain.length + SEAL_OVERHEAD);
  blob[0] = SEAL_VERSION;
  blob.set(nonce, 1);
  blob.set(cipher.update(plain), 1 + NONCE_BYTES);
  cipher.final();
  blob.set(cipher.getAuthTag(), blob.length - TAG_BYTES);
  return blob;
}

/** Opens a sealed blob. Fails: `damaged` on any other key, address, version or byte. Rule: K2. Throws: when the key is not 32 bytes. */
export function unseal(blob: Uint8Array, { key, address }: SealBox): Result<Uint8Array, "damaged"> {
  if (blob.length < SEAL_OVERHEAD || blob[0] !== SEAL_VERSION) return err("damaged");
  const nonce = blob.subarray(1, 1 + NONCE_BYTES);
  const decipher = createDecipheriv("aes-256-gcm", key, nonce, { authTagLength: TAG_BYTES });
  decipher.setAAD(Buffer.from(address));
  decipher.setAuthTag(blob.subarray(blob.length - TAG_BYTES));
  const plain = decipher.update(blob.subarray(1 + NONCE_BYTES, blob.length - TAG_BYTES));
  try {
    decipher.final();
    return ok(new Uint8Array(plain.buffer, plain.byteOffset, plain.length));
  } catch {
    // Hint: `final` throws exactly when the tag does not fit; a wrong key length has thrown above.
    return err("damaged");
  }
}
