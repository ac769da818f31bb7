import { readFile, readdir } from "node:fs/promises";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { linkBase, readEnv } from "./env.ts";
import { startLimits } from "./limits.ts";

describe("settings", () => {
  it("[ED5] have start values", () => {
    expect(readEnv({})).toEqual({
      port: 3000,
      host: undefined,
      publicUrl: undefined,
      dataDir: "./data",
      keysDir: undefined,
      databaseUrl: undefined,
      redisUrl: undefined,
      smtpUrl: undefined,
      mailFrom: undefined,
      keyEncryptionKey: undefined,
      keyEncryptionKeyFile: undefined,
      tls: undefined,
      limits: startLimits,
      logLevel: "info",
      trustedProxies: [],
      metricsToken: undefined,
    });
    expect(readEnv({ PORT: "", PUBLIC_URL: "", LIMITS: "" })).toEqual(readEnv({}));
  });

  it("[ED5] are read into their form", () => {
    const env = readEnv({
      PORT: "8443",
      PUBLIC_URL: "https://Lumiso.Example:443/",
      TLS_CERT: "cert.pem",
      TLS_KEY: "key.pem",
      LIMITS: '{"socketsPerMember":5}',
      TRUSTED_PROXIES: "10.0.0.0/8, ::1",
      SMTP_URL: "smtps://user:secret@mail.example:465",
    });
    expect(env).toMatchObject({
      port: 8443,
      publicUrl: "https://lumiso.example",
      tls: { cert: "cert.pem", key: "key.pem" },
      limits: { socketsPerMember: 5, awarenessBytes: startLimits.awarenessBytes },
      trustedProxies: ["10.0.0.0/8", "::1"],
    });
  });

  it.each([
    ["PORT", "70000"],
    ["PORT", "80 "],
    ["PUBLIC_URL", "lumiso.example"],
    ["PUBLIC_URL", "https://lumiso.example/app"],
    ["PUBLIC_URL", "ftp://lumiso.example"],
    ["SMTP_URL", "http://secret-word@mail"],
    ["LOG_LEVEL", "loud"],
    ["LIMITS", '{"x":1}'],
    ["TRUSTED_PROXIES", "everything"],
    ["METRICS_TOKEN", "secret-word"],
    ["MAIL_FROM", "a@b.example\r\nBcc: secret-word@b.example"],
  ])("[ED5] name %s and never its value", (name, value) => {
    const read = (): unknown => readEnv({ [name]: value });
    expect(read).toThrow(name);
    expect(read).not.toThrow("secret-word");
  });

  it("[ED5] want certificate and key together", () => {
    expect(() => readEnv({ TLS_CERT: "cert.pem" })).toThrow("TLS_KEY");
  });

  it("[AU18] make the start of links", () => {
    expect(linkBase({ publicUrl: "https://lumiso.example", tls: undefined, port: 1 })).toBe("https://lumiso.example");
    expect(linkBase({ publicUrl: undefined, tls: undefined, port: 3000 })).toBe("http://localhost:3000");
    expect(linkBase({ publicUrl: undefined, tls: { cert: "", key: "" }, port: 3000 })).toBe("https://localhost:3000");
  });

  it("[ED5] are read in one file", async () => {
    const names = await readdir(import.meta.dirname, { recursive: true });
    const isProduct = (name: string): boolean => name.endsWith(".ts") && !/(?:\.test|testing)\.ts$/.test(name);
    const sources = names.filter((name) => isProduct(name) && name !== "env.ts");
    for (const name of sources) {
      const code = (await readFile(join(import.meta.dirname, name), "utf8")).replaceAll(/^\s*(\/\/|\*|\/\*).*$/gm, "");
      expect(code.includes("process.env"), name).toBe(false);
    }
  });
});
