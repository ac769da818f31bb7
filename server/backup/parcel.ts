// Owns how a file of a backup is sealed: main.db, the manifests and the register, under the key-encryption key itself.
// Never holds that key, and never opens a parcel at another place than the one it was made for.
import type { RandomBytes } from "../clock.ts";
import type { Keyring } from "../keyring.ts";
import { seal, unseal } from "../seal.ts";
import type { SealBox } from "../seal.ts";
import { err, ok } from "../../shared/result.ts";
import type { Result } from "../../shared/result.ts";

const VERSION_BYTES = 4;

/** Where a parcel belongs, such as `set/2026-03-01T02-00-00.000Z/main`, and the keys to open it. */
export type Parcel = { readonly keyring: Keyring; readonly place: string };

/** Seals bytes for one place. Shape: version of the key 4 bytes | sealed blob. Rule: BK4. */
export function sealParcel(plain: Uint8Array, { keyring, place }: Parcel, random: RandomBytes): Uint8Array {
  const box = boxOf({ keyring, place }, keyring.current);
  if (box === null) throw new Error("a keyring without its current key");
  const sealed = seal(plain, box, random);
  const bytes = new Uint8Array(VERSION_BYTES + sealed.length);
  new DataView(bytes.buffer).setUint32(0, keyring.current);
  bytes.set(sealed, VERSION_BYTES);
  return bytes;
}

/** Opens a parcel. Fails: `damaged` for any other bytes, place or key. Rule: BK4. */
export function openParcel(bytes: Uint8Array, parcel: Parcel): Result<Uint8Array, "damaged"> {
  if (bytes.length <= VERSION_BYTES) return err("damaged");
  const version = new DataView(bytes.buffer, bytes.byteOffset).getUint32(0);
  const box = boxOf(parcel, version);
  if (box === null) return err("damaged");
  const plain = unseal(bytes.subarray(VERSION_BYTES), box);
  return plain.ok ? ok(plain.value) : plain;
}

function boxOf({ keyring, place }: Parcel, version: number): SealBox | null {
  const key = keyring.keyOf(version);
  return key === undefined ? null : { key, address: `backup/${version}/${place}` };
}
