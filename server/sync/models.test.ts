// Old and new bundles at one server: what each may read and write. A real server, whose window is set for the test.
import { randomUUID } from "node:crypto";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import * as Y from "yjs";
import { call } from "../../shared/action.ts";
import { docId } from "../../shared/document.ts";
import type { DocId } from "../../shared/document.ts";
import { feedHeaders } from "../../shared/messages.ts";
import { createContact } from "../../shared/people.ts";
import { writeUpdates } from "../../shared/protocol.ts";
import { startTestServer } from "../testing.ts";
import type { Member, TestServer } from "../testing.ts";

let server: TestServer;
let owner: Member;
beforeAll(async () => {
  server = await startTestServer({ models: { oldest: 3, newest: 5 } });
  owner = await server.owner("sule@ornek.com");
});
afterAll(() => server.close());

const path = (what: string, model?: number): string =>
  `/api/orgs/${owner.orgId}/${what}${model === undefined ? "" : `${what.includes("?") ? "&" : "?"}v=${model}`}`;

function personUpdate(): Uint8Array {
  const doc = new Y.Doc();
  const context = { doc, id: randomUUID(), at: "2026-03-01T09:00:00.000Z", by: owner.userId };
  createContact.run(context, call(createContact, { name: "Şule" }));
  return Y.encodeStateAsUpdateV2(doc);
}

async function write(doc: DocId, model?: number): Promise<Response> {
  const body = Buffer.from(writeUpdates([{ doc, update: personUpdate() }]));
  return owner.fetch(path("updates", model), { method: "POST", body });
}

const closeOf = (doc: DocId, model: number): Promise<{ code: number; reason: string }> =>
  new Promise((resolve, reject) => {
    const address = `${server.url.replace("http", "ws")}/sync/${owner.orgId}/${doc}?v=${model}`;
    const socket = new owner.WebSocket(address);
    socket.addEventListener("close", ({ code, reason }) => resolve({ code, reason }));
    socket.addEventListener("error", () => reject(new Error("no socket")));
  });

const command = { id: randomUUID(), name: "preferences.set", args: { key: "theme", value: "dark" } };
const order = { commands: [{ ...command, at: "2026-03-01T09:00:00.000Z" }] };

describe("the model window", () => {
  it.each([3, 4, 5, undefined])("[WH4] takes what a bundle of model %s writes", async (model) => {
    const doc = docId("contact", randomUUID());
    const answer = await write(doc, model);
    expect(answer.status).toBe(200);
    expect(await answer.json()).toMatchObject({ results: [{ doc }] });
  });

  it.each([
    [2, "outdated"],
    [6, "ahead"],
  ])("[WH4] refuses whatever a bundle of model %s writes as %s, and stores nothing of it", async (model, type) => {
    const doc = docId("contact", randomUUID());
    const answer = await write(doc, model);
    expect([answer.status, await answer.json()]).toMatchObject([409, { error: { type } }]);
    expect((await owner.changes(`doc=${doc}`)).entries).toEqual([]);
    const ordered = await owner.fetch(path("commands", model), { method: "POST", body: JSON.stringify(order) });
    expect([ordered.status, await ordered.json()]).toMatchObject([409, { error: { type } }]);
    expect(await (await owner.fetch(path("preferences", model))).json()).toEqual({ preferences: {} });
    expect(await closeOf(docId("studio"), model)).toEqual({ code: 4409, reason: type });
  });

  it.each([2, 6])("[WH4] [WH5] lets a bundle of model %s read, and says which models may write", async (model) => {
    const answer = await owner.fetch(path("changes?after=0", model));
    expect(answer.status).toBe(200);
    expect(answer.headers.get(feedHeaders.models)).toBe("3-5");
    expect((await answer.arrayBuffer()).byteLength).toBeGreaterThan(100);
  });
});
