// Shows where the key-encryption key comes from, and every way in which it can be missing or wrong.
import { chmodSync, existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, statSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { seededRandom } from "./clock.testing.ts";
import { defaultKeyFile, loadKeyring, parseKeyring } from "./keyring.ts";
import type { KeyringSource } from "./keyring.ts";

const base64 = (byte: number): string => Buffer.alloc(32, byte).toString("base64");

describe("keyring", () => {
  let root: string;
  let source: KeyringSource;
  beforeEach(() => {
    root = mkdtempSync(join(tmpdir(), "lumiso-keyring-"));
    source = { dataDir: join(root, "data"), keysDir: join(root, "data", "keys"), random: seededRandom("keyring") };
  });
  afterEach(() => rmSync(root, { recursive: true, force: true }));

  it("[K6] reads one key or several versions", () => {
    const one = parseKeyring(`${base64(7)}\n`);
    expect(one.ok && [one.value.current, one.value.keyOf(1)?.export()[0], one.value.keyOf(2)]).toEqual([
      1,
      7,
      undefined,
    ]);
    const several = parseKeyring(`1:${base64(1)},3:${base64(3)}\r\n2:${base64(2)}`);
    expect(
      several.ok && [several.value.current, several.value.keyOf(3)?.export()[0], several.value.keyOf(2)?.export()[0]],
    ).toEqual([3, 3, 2]);
    const forAddresses = parseKeyring(Buffer.alloc(32, 255).toString("base64url"));
    expect(forAddresses.ok && forAddresses.value.keyOf(1)?.export()).toEqual(Buffer.alloc(32, 255));
  });

  it.each([
    "",
    "  ",
    "secret",
    base64(1).slice(2),
    `${base64(1)}AAAA`,
    `0:${base64(1)}`,
    `x:${base64(1)}`,
    `1:${base64(1)} 1:${base64(2)}`,
  ])("[K6] refuses %j", (text) => {
    expect(parseKeyring(text)).toEqual({ ok: false, error: { type: "key_malformed" } });
    expect(loadKeyring({ ...source, key: text })).toEqual({ ok: false, error: { type: "key_malformed" } });
  });

  it("[K6] takes the key from the environment or from the file it names, never from both", () => {
    const keyFile = join(root, "secret");
    expect(loadKeyring({ ...source, keyFile })).toEqual({
      ok: false,
      error: { type: "key_file_missing", path: keyFile },
    });
    writeFileSync(keyFile, base64(5));
    const fromFile = loadKeyring({ ...source, keyFile });
    expect(fromFile.ok && [fromFile.value.keyring.keyOf(1)?.export()[0], fromFile.value.madeAt]).toEqual([5, null]);
    const fromEnvironment = loadKeyring({ ...source, key: base64(6) });
    expect(fromEnvironment.ok && fromEnvironment.value.keyring.keyOf(1)?.export()[0]).toBe(6);
    expect(loadKeyring({ ...source, key: base64(6), keyFile })).toEqual({
      ok: false,
      error: { type: "key_ambiguous" },
    });
    writeFileSync(keyFile, "not a key");
    expect(loadKeyring({ ...source, keyFile })).toEqual({ ok: false, error: { type: "key_malformed", path: keyFile } });
    expect(existsSync(defaultKeyFile(source.dataDir))).toBe(false);
  });

  it("[K7] makes a key beside the data folder at the first start, for its owner only, and says where", () => {
    const path = join(root, "data.kek");
    const first = loadKeyring({ ...source, dataDir: `${source.dataDir}/` });
    if (!first.ok) throw new Error(first.error.type);
    expect(first.value.madeAt).toBe(path);
    expect(statSync(path).mode & 0o777).toBe(0o600);
    const second = loadKeyring(source);
    expect(second.ok && second.value.madeAt).toBeNull();
    expect(second.ok && second.value.keyring.keyOf(1)?.export()).toEqual(first.value.keyring.keyOf(1)?.export());
    expect(readFileSync(path, "utf8")).toMatch(/^1:[A-Za-z0-9+/]{43}=\n$/);
  });

  it("[K8] makes no new key where sealed organisations exist", () => {
    for (const file of [join(source.dataDir, "orgs", "org-one-1.db"), join(source.keysDir, "org-one-1.keys.db")]) {
      mkdirSync(join(file, ".."), { recursive: true });
      writeFileSync(file, "");
      const path = defaultKeyFile(source.dataDir);
      expect(loadKeyring(source)).toEqual({ ok: false, error: { type: "key_file_missing", path } });
      expect(existsSync(path)).toBe(false);
      rmSync(source.dataDir, { recursive: true });
    }
  });

  it("[K7] refuses a damaged key file instead of making another", () => {
    const path = defaultKeyFile(source.dataDir);
    writeFileSync(path, "");
    chmodSync(path, 0o600);
    expect(loadKeyring(source)).toEqual({ ok: false, error: { type: "key_malformed", path } });
    expect(readFileSync(path, "utf8")).toBe("");
  });
});
