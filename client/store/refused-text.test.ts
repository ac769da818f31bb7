import { afterAll, afterEach, beforeAll, describe, expect, test } from "vitest";
import * as Y from "yjs";
import { startTestServer } from "../../server/testing.ts";
import type { DocId } from "../../shared/document.ts";
import type { Member, TestServer } from "../../server/testing.ts";
import { isSettled, madePerson, note, openClocked } from "./refused.testing.ts";
import type { OpenDocument } from "./store.ts";
import { closeTabs, makeLoner, noNetwork, openTab, until } from "./testing.ts";
import type { Tab } from "./testing.ts";

let server: TestServer;
let owner: Member;

beforeAll(async () => {
  server = await startTestServer();
  owner = await server.owner("ada@example.com");
});
afterEach(closeTabs);
afterAll(() => server.close());

/** All words that were put aside. */
async function wordsAside(tab: Tab): Promise<string> {
  return JSON.stringify((await tab.db.quarantine.toArray()).map(({ call: made, text }) => [made?.args, text]));
}

function type(open: OpenDocument, noteId: string, letters: string): void {
  // Hint: not read through the schema, which a refused note may not fit.
  const record = open.doc.getMap("notes").get(noteId);
  const body = record instanceof Y.Map ? record.get("body") : null;
  const paragraph = body instanceof Y.XmlFragment ? body.get(0) : null;
  if (!(paragraph instanceof Y.XmlElement)) throw new Error("no paragraph");
  open.doc.transact(
    () => {
      const text = paragraph.get(0);
      if (text instanceof Y.XmlText) text.insert(text.length, letters);
      else paragraph.insert(0, [new Y.XmlText(letters)]);
    },
    { key: "editor" },
  );
}

describe("what was typed into a note whose document was replaced meanwhile", () => {
  const full = async (): Promise<{ tab: Tab; doc: DocId; noteId: string }> => {
    const tab = openTab(makeLoner(), { network: noNetwork() });
    const doc = await madePerson(tab);
    const made = await tab.store.act(Array.from({ length: 1500 }, () => note(doc, "")));
    return { tab, doc, noteId: made.ok ? (made.value.ids[0] ?? "") : "" };
  };

  test("[RE12] is put aside in words when the person takes no further note", async () => {
    const { tab, doc, noteId } = await full();
    const open = await tab.store.open(doc);
    await tab.db.docs.update(doc, { epoch: 1 });
    type(open, noteId, "Düğün sabahı");
    await until(async () => (await tab.db.quarantine.count()) > 0);
    expect(await tab.db.quarantine.toArray()).toMatchObject([
      { doc, reason: "limit", call: { action: "notes.create", args: { text: "Düğün sabahı" } } },
    ]);
    open.release();
  });
});

describe("what was typed into a note that the server refuses", () => {
  test("[RE12] is put aside with the note, when the right to write has ended", async () => {
    const guest = await server.invite(owner, `g${crypto.randomUUID()}@example.com`, "assistant");
    const tab = openTab({ url: server.url, member: guest }, { role: "assistant" });
    const doc = await madePerson(tab);
    await until(() => isSettled(tab));
    tab.network.cut();
    const open = await tab.store.open(doc);
    const made = await tab.store.act([note(doc, "")]);
    type(open, made.ok ? (made.value.ids[0] ?? "") : "", "Düğün sabahı");
    await until(() => !tab.store.isWriting());
    open.release();
    const body = JSON.stringify({ role: "viewer" });
    const headers = { "content-type": "application/json" };
    await owner.fetch(`/api/orgs/${owner.orgId}/members/${guest.userId}`, { method: "PATCH", body, headers });
    tab.network.restore();
    await until(async () => (await tab.db.quarantine.count()) > 0 && (await isSettled(tab)));
    expect(await wordsAside(tab)).toContain("Düğün sabahı");
  });

  test("[RE12] is put aside with the note, when the note itself is at fault", async () => {
    const { tab, absurd } = openClocked({ url: server.url, member: owner });
    const doc = await madePerson(tab);
    await until(() => isSettled(tab));
    tab.network.cut();
    const open = await tab.store.open(doc);
    const made = await absurd(() => tab.store.act([note(doc, "")]));
    type(open, made.ok ? (made.value.ids[0] ?? "") : "", "Düğün sabahı");
    await until(() => !tab.store.isWriting());
    open.release();
    tab.network.restore();
    await until(async () => (await tab.db.quarantine.count()) > 0 && (await isSettled(tab)));
    expect(await wordsAside(tab)).toContain("Düğün sabahı");
  });
});
