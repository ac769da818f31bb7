import { createServer } from "node:http";
import type { IncomingMessage, RequestListener } from "node:http";
import type { AddressInfo } from "node:net";
import * as v from "valibot";
import { afterEach, describe, expect, it } from "vitest";
import { errorTypes, toErrorBody } from "../shared/errors.ts";
import { addIdentity, makeApi } from "./api.ts";
import type { Api, ApiParts } from "./api.ts";

const closers: (() => Promise<void>)[] = [];
afterEach(async () => {
  for (const close of closers.splice(0)) await close();
});

/** A real HTTP server that answers as told, and the door to it. */
async function setup(
  answer: RequestListener,
  parts: Partial<ApiParts> = {},
): Promise<{ api: Api; seen: IncomingMessage[] }> {
  const seen: IncomingMessage[] = [];
  const server = createServer((request, response) => {
    seen.push(request);
    answer(request, response);
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  closers.push(() => new Promise((resolve) => server.close(() => resolve())));
  const { port } = server.address() as AddressInfo;
  const api = makeApi({
    identity: { member: () => "member-1", device: () => "device-1" },
    online: () => true,
    fetch: (path, init) => fetch(`http://127.0.0.1:${port}${path}`, init),
    ...parts,
  });
  return { api, seen };
}

const json =
  (status: number, body: unknown): RequestListener =>
  (_request, response) =>
    response.writeHead(status, { "content-type": "application/json" }).end(JSON.stringify(body));

describe("calls", () => {
  it("[UI3] names member, device and model in the address, and asks for nothing cached", async () => {
    const { api, seen } = await setup(json(200, { ok: true }));
    const answer = await api({ path: "/api/x?after=3", reply: v.object({ ok: v.boolean() }) });
    expect(answer).toEqual({ ok: true, value: { ok: true } });
    expect(seen[0]?.url).toBe("/api/x?after=3&d=device-1&v=1&m=member-1");
    expect(seen[0]?.headers["cache-control"]).toBe("no-cache");
  });

  it("[UI3] leaves the member out before sign-in", () => {
    expect(addIdentity("/api/x", { member: () => null, device: () => "d" })).toBe("/api/x?d=d&v=1");
  });

  it("[UI3] sends a body as JSON and reads none when there is none", async () => {
    const { api, seen } = await setup((_request, response) => response.writeHead(204).end());
    expect(await api({ method: "POST", path: "/api/x", body: { a: 1 } })).toEqual({ ok: true, value: undefined });
    expect([seen[0]?.method, seen[0]?.headers["content-type"]]).toEqual(["POST", "application/json"]);
  });

  it.each(Object.keys(errorTypes) as (keyof typeof errorTypes)[])(
    "[UI3] gives %s as a value with a code",
    async (type) => {
      const { status } = errorTypes[type];
      const { api } = await setup(json(status, toErrorBody({ type, retryAfterMs: 2000, fields: ["email"] })));
      const answer = await api({ path: "/api/x" });
      expect(answer).toEqual({
        ok: false,
        error: { type, code: `${type} ${status}`, retryAfterMs: 2000, fields: ["email"] },
      });
    },
  );

  it("[UI3] an answer of another form, a page of a proxy and a broken body are `unexpected`", async () => {
    const reply = v.object({ ok: v.boolean() });
    const wrong = await setup(json(200, { nope: 1 }));
    expect(await wrong.api({ path: "/api/x", reply })).toMatchObject({
      error: { type: "unexpected", code: "reply 200" },
    });
    const page = await setup((_request, response) => response.writeHead(502).end("<h1>Bad gateway</h1>"));
    expect(await page.api({ path: "/api/x", reply })).toMatchObject({
      error: { type: "unexpected", code: "http 502" },
    });
    const broken = await setup((_request, response) => response.writeHead(200, { "content-length": "99" }).end("{"));
    expect(await broken.api({ path: "/api/x", reply })).toMatchObject({ error: { type: "unexpected" } });
  });

  it("[UI3] a server that hangs up is `unreachable`", async () => {
    const { api } = await setup((request) => request.socket.destroy());
    expect(await api({ path: "/api/x" })).toMatchObject({ ok: false, error: { type: "unreachable" } });
  });

  it("[UI3] without a network nothing is tried", async () => {
    const { api, seen } = await setup(json(200, {}), { online: () => false });
    expect(await api({ path: "/api/x" })).toMatchObject({ ok: false, error: { type: "offline" } });
    expect(seen).toEqual([]);
  });

  it("[UI3] tells once when the server no longer takes the page for who it says it is", async () => {
    const told: string[] = [];
    const refused = (type: string): void => void told.push(type);
    const out = await setup(json(401, toErrorBody({ type: "signed_out" })), { refused });
    const other = await setup(json(401, toErrorBody({ type: "other_member" })), { refused });
    const wrong = await setup(json(401, toErrorBody({ type: "wrong_credentials" })), { refused });
    for (const { api } of [out, other, wrong]) await api({ path: "/api/x" });
    expect(told).toEqual(["signed_out", "other_member"]);
  });
});
