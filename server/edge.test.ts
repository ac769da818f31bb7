import { Hono } from "hono";
import * as v from "valibot";
import { describe, expect, it } from "vitest";
import { callerOf, createAddressReader, isAddressRange, truncateAddress } from "./address.ts";
import { createBrowser, createTestAuth } from "./auth/testing.ts";
import type { TestAuthOptions } from "./auth/testing.ts";
import { readJson } from "./body.ts";
import { seededRandom } from "./clock.testing.ts";
import { answered, failed, onError } from "./http-error.ts";
import { parseLimits, startLimits } from "./limits.ts";
import { mayPassOrigin } from "./origin.ts";
import { createKeyOf, createRates } from "./rates.ts";

const schema = v.strictObject({ name: v.pipe(v.string(), v.maxLength(5)), age: v.optional(v.number()) });

function bodyApp(): Hono {
  const app = new Hono();
  app.post("/", async (c) => answered(c, await readJson(c, { schema, maxBytes: 100 })));
  return app;
}

const post = async (body: RequestInit["body"], headers?: Record<string, string>): Promise<[number, unknown]> => {
  const init: RequestInit & { duplex?: "half" } = { method: "POST", duplex: "half" };
  if (body !== undefined) init.body = body;
  if (headers !== undefined) init.headers = headers;
  const answer = await bodyApp().request("/", init);
  return [answer.status, await answer.json()];
};

describe("bodies", () => {
  it("[ED1] come through their schema", async () => {
    expect(await post('{"name":"Işık"}')).toEqual([200, { name: "Işık" }]);
  });

  it.each([
    ["{", 400, { type: "malformed", message: "malformed" }],
    ["\uFEFF{}}", 400, { type: "malformed", message: "malformed" }],
    [new Uint8Array([0x7b, 0xff, 0x7d]), 400, { type: "malformed", message: "malformed" }],
    ["", 422, { type: "invalid", message: "invalid", fields: ["name"] }],
    ["[]", 422, { type: "invalid", message: "invalid", fields: ["unknown"] }],
    ["null", 422, { type: "invalid", message: "invalid", fields: ["unknown"] }],
    ['{"name":"uzun isim","age":"x"}', 422, { type: "invalid", message: "invalid", fields: ["name", "age"] }],
    ['{"name":"a","role":1}', 422, { type: "invalid", message: "invalid", fields: ["role"] }],
    ['{"name":"a","<b>Ayşe":1}', 422, { type: "invalid", message: "invalid", fields: ["unknown"] }],
    ['{"name":"a","__proto__":{"x":1}}', 422, { type: "invalid", message: "invalid", fields: ["unknown"] }],
    [`{"name":"${"x".repeat(100)}"}`, 413, { type: "too_large", message: "too large" }],
  ])("[ED1] %s is a typed error without its values", async (body, status, error) => {
    expect(await post(body)).toEqual([status, { error }]);
  });

  it("[ED1] are not read on when they are too long, whatever they claim", async () => {
    let pulled = 0;
    const endless = new ReadableStream({
      pull: (controller) => {
        pulled += 1;
        controller.enqueue(new Uint8Array(60));
      },
    });
    expect((await post(endless))[0]).toBe(413);
    expect(pulled).toBeLessThan(10);
    expect((await post('{"name":"a"}', { "content-length": "101" }))[0]).toBe(413);
  });
});

describe("errors", () => {
  it("[ED2] nobody expected are reported once and tell a caller nothing", async () => {
    const app = new Hono();
    const reported: unknown[] = [];
    app.onError(onError((error) => reported.push(error)));
    app.get("/", () => {
      throw new Error("Ayşe's telephone is 0532");
    });
    const answer = await app.request("/");
    expect([answer.status, await answer.json()]).toEqual([500, { error: { type: "internal", message: "internal" } }]);
    expect(reported).toHaveLength(1);
  });

  it("[ED10] say when to come again, in whole seconds", async () => {
    const app = new Hono().get("/", (c) => failed(c, { type: "too_fast", retryAfterMs: 1200 }));
    const answer = await app.request("/");
    expect([answer.status, answer.headers.get("retry-after")]).toEqual([429, "2"]);
    expect(await answer.json()).toEqual({ error: { type: "too_fast", message: "too fast", retryAfterMs: 1200 } });
  });
});

type Send = (method: string, path: string, headers: Record<string, string>) => Promise<string>;

async function withServer(options: TestAuthOptions, run: (send: Send) => Promise<void>): Promise<void> {
  const test = await createTestAuth(options);
  const browser = createBrowser(test);
  await run(async (method, path, headers) => {
    const answer = await browser.send(method, path, { headers });
    return `${answer.status} ${answer.headers.get("cache-control")} ${await answer.text()}`;
  });
  await test.close();
}

const refused = '403 no-store {"error":{"type":"wrong_origin","message":"wrong origin"}}';
const passed = '401 no-store {"error":{"type":"signed_out","message":"signed out"}}';

describe("origin gate", () => {
  it("[ED3] [ED7] compares with PUBLIC_URL, and every answer is no-store", async () => {
    await withServer({ publicUrl: "https://lumiso.example" }, async (send) => {
      const me = (headers: Record<string, string>): Promise<string> => send("GET", "/api/auth/me", headers);
      expect(await me({})).toBe(passed);
      expect(await me({ "sec-fetch-site": "same-origin" })).toBe(passed);
      expect(await me({ origin: "https://lumiso.example" })).toBe(passed);
      for (const site of ["cross-site", "same-site", "none", "SAME-ORIGIN", ""]) {
        expect(await me({ "sec-fetch-site": site })).toBe(refused);
        expect(await me({ "sec-fetch-site": site, origin: "https://lumiso.example" })).toBe(refused);
      }
      const others = ["http://lumiso.example", "https://lumiso.example.evil", "https://lumiso.example:444", "null", ""];
      for (const origin of others) expect(await me({ origin })).toBe(refused);
      expect(await me({ "sec-fetch-site": "same-origin", origin: "https://evil.example" })).toBe(refused);
    });
  });

  it("[ED11] is before addresses that do not exist, which are not_found", async () => {
    await withServer({}, async (send) => {
      expect(await send("GET", "/api/nothing", {})).toBe(
        '404 no-store {"error":{"type":"not_found","message":"not found"}}',
      );
      expect(await send("GET", "/api/nothing", { origin: "https://evil.example" })).toBe(refused);
    });
  });

  it.each([
    ["http://localhost:3000", "http://localhost:3000", true],
    ["http://127.0.0.1:3000", "http://127.0.0.1:3000", true],
    ["http://[::1]:3000", "http://[::1]:3000", true],
    ["https://localhost:3000", "https://localhost:3000", true],
    ["http://localhost:3000", "https://localhost:3000", false],
    ["http://localhost:3001", "http://localhost:3000", false],
    ["http://127.0.0.1:3000", "http://localhost:3000", false],
    ["http://192.168.1.5:3000", "http://192.168.1.5:3000", false],
    ["http://evil.example", "http://evil.example", false],
    ["http://localhost.evil.example", "http://localhost.evil.example", false],
    ["http://localhost:3000", "http://", false],
    ["http://localhost:3000", "http://::::", false],
  ])("[ED4] without PUBLIC_URL, a page of %s at %s passes: %s", (origin, at, passes) => {
    const [scheme, host = ""] = at.split("://");
    const options = { publicUrl: undefined, secure: scheme === "https" };
    expect(mayPassOrigin(new Headers({ origin, host }), options)).toBe(passes);
    const fetched = new Headers({ "sec-fetch-site": "same-origin", origin, host });
    expect(mayPassOrigin(fetched, options)).toBe(passes);
    expect(mayPassOrigin(new Headers({ host }), options)).toBe(true);
  });
});

describe("addresses", () => {
  it("[ED9] come from the socket; a header counts only behind a trusted proxy, up to the first stranger", () => {
    const claims = new Headers({ "x-forwarded-for": "192.0.2.66, 198.51.100.9, 10.0.0.2" });
    expect(createAddressReader()("203.0.113.1", claims)).toBe("203.0.113.1");
    const behind = createAddressReader(["10.0.0.0/8", "2001:db8::1"]);
    expect(behind("203.0.113.1", claims)).toBe("203.0.113.1");
    expect(behind("10.0.0.1", claims)).toBe("198.51.100.9");
    expect(behind("::ffff:10.0.0.1", claims)).toBe("198.51.100.9");
    expect(behind("2001:db8::1", claims)).toBe("198.51.100.9");
    expect(behind("10.0.0.1", new Headers({ "x-forwarded-for": "nonsense, 10.0.0.2" }))).toBe("10.0.0.2");
    expect(behind("10.0.0.1", new Headers({ "x-forwarded-for": "<script>" }))).toBe("10.0.0.1");
    expect(behind("10.0.0.1", new Headers())).toBe("10.0.0.1");
    expect(behind(undefined, claims)).toBeNull();
  });

  it.each([
    ["192.0.2.77", "192.0.2.0/24", "192.0.2.77"],
    ["2001:db8:1:2:3:4:5:6", "2001:db8:1::/48", "2001:db8:1:2"],
    ["2001:db8::7", "2001:db8:0::/48", "2001:db8:0:0"],
    ["::1", "0:0:0::/48", "0:0:0:0"],
    ["2001:0DB8:00aa::192.0.2.1", "2001:db8:aa::/48", "2001:db8:aa:0"],
  ])("[AU17] [ED9] %s is kept as %s and counted as %s", (address, network, caller) => {
    expect(truncateAddress(address)).toBe(network);
    expect(callerOf(address)).toBe(caller);
  });

  it("[ED5] of trusted proxies are addresses or ranges", () => {
    const good = ["10.0.0.1", "10.0.0.0/8", "::1", "2001:db8::/32"];
    const bad = ["", "10.0.0.0/33", "10.0.0.0/", "proxy.local", "10.0.0.0/8/8", "::1/129", "10.0.0.1/-1"];
    expect(good.filter(isAddressRange)).toEqual(good);
    expect(bad.filter(isAddressRange)).toEqual([]);
  });
});

describe("limits", () => {
  it("[ED6] override some of the table", () => {
    expect(parseLimits('{"framesPerSecond":100000}')).toEqual({
      ok: true,
      value: { ...startLimits, framesPerSecond: 100_000 },
    });
  });

  it.each([
    ['{"framesPerSecnd":1}', ["framesPerSecnd"]],
    ['{"framesPerSecond":0}', ["framesPerSecond"]],
    ['{"framesPerSecond":1.5,"frameBytes":"9"}', ["frameBytes", "framesPerSecond"]],
    ['{"framesPerSecond":null}', ["framesPerSecond"]],
    ["[]", ["not a JSON object"]],
    ["7", ["not a JSON object"]],
    ["{", ["not a JSON object"]],
  ])("[ED6] refuse %s", (json, names) => {
    expect(parseLimits(json)).toEqual({ ok: false, error: names });
  });

  it("[ED9] count under keys that hold no address and differ from start to start", async () => {
    const [keyOf, later] = [createKeyOf(seededRandom("one")), createKeyOf(seededRandom("two"))];
    expect(keyOf("signIn", "192.0.2.1")).toMatch(/^[A-Za-z0-9_-]{43}$/);
    expect(keyOf("signIn", "192.0.2.1")).not.toBe(later("signIn", "192.0.2.1"));
    expect(keyOf("a", "bc")).not.toBe(keyOf("ab", "c"));
    const rates = createRates({ ...startLimits, upgradesPerAddressPerMinute: 1 }, keyOf);
    expect((await rates.take("upgrade", "192.0.2.1")).ok).toBe(true);
    const second = await rates.take("upgrade", "192.0.2.1");
    expect(second).toMatchObject({ ok: false, error: { type: "too_fast" } });
  });
});
