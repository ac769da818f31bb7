import { createRoot, createSignal } from "solid-js";
import { afterAll, afterEach, beforeAll, describe, expect, test } from "vitest";
import { call } from "../../shared/action.ts";
import { docId } from "../../shared/document.ts";
import type { DocId } from "../../shared/document.ts";
import { createNote, notes } from "../../shared/notes.ts";
import { contacts, editContact } from "../../shared/people.ts";
import { startTestServer } from "../../server/testing.ts";
import type { Member, TestServer } from "../../server/testing.ts";
import { peopleIds } from "./people.ts";
import type { Store } from "./store.ts";
import { closeTabs, makeLoner, newPerson, noNetwork, openTab, until } from "./testing.ts";
import {
  createDocument,
  createFaces,
  createLive,
  createRecord,
  createRecords,
  StoreProvider,
  useStore,
} from "./use.tsx";

let server: TestServer;
let owner: Member;

beforeAll(async () => {
  server = await startTestServer();
  owner = await server.owner("ada@example.com");
});
afterEach(closeTabs);
afterAll(() => server.close());

/** Runs what a component would run below a store; the second value ends it. */
function below<T>(store: Store, run: () => T): [T, () => void] {
  return createRoot((dispose) => {
    const made: T[] = [];
    const Inner = (): null => {
      made.push(run());
      return null;
    };
    const tree: unknown = (
      <StoreProvider store={store}>
        <Inner />
      </StoreProvider>
    );
    // Hint: what a component returns is read by whoever shows it; here nobody does.
    if (typeof tree === "function") tree();
    const [first] = made;
    if (first === undefined) throw new Error("nothing ran");
    return [first, dispose];
  });
}

describe("the seam to the screen", () => {
  test("[S36] opens a document while its owner lives, and another one when the id changes", async () => {
    const { store } = openTab(makeLoner(), { network: noNetwork() });
    const [one, two] = [newPerson("Ayşe"), newPerson("Bora")];
    await store.act([...one.calls, ...two.calls]);
    const [id, setId] = createSignal<DocId | null>(docId("contact", one.subject));
    const [name, dispose] = below(store, () => {
      const record = createRecord(createDocument(id), contacts, "self");
      return () => record()?.record.name;
    });
    await until(() => name() === "Ayşe");
    await store.act([{ doc: docId("contact", one.subject), call: call(editContact, { name: "Ayşe K." }) }]);
    expect(name()).toBe("Ayşe K.");
    setId(docId("contact", two.subject));
    await until(() => name() === "Bora");
    setId(null);
    expect(name()).toBeUndefined();
    dispose();
  });

  test("[S36] gives records of which only the changed ones are new objects", async () => {
    const { store } = openTab(makeLoner(), { network: noNetwork() });
    const { subject, calls } = newPerson("Ayşe");
    const doc = docId("client", subject);
    await store.act([
      ...calls,
      { doc, call: call(createNote, { text: "Bir" }) },
      { doc, call: call(createNote, { text: "İki" }) },
    ]);
    const [records, dispose] = below(store, () =>
      createRecords(
        createDocument(() => doc),
        notes,
      ),
    );
    await until(() => records()?.length === 2);
    const [first, second] = records() ?? [];
    await store.act([{ doc, call: { action: "notes.trash", version: 1, args: { noteId: first?.id ?? "" } } }]);
    const after = new Map(records()?.map((record) => [record.id, record]));
    expect(after.get(second?.id ?? "")).toBe(second);
    expect(after.get(first?.id ?? "")).not.toBe(first);
    expect(after.get(first?.id ?? "")?.record.trashedAt).toBeDefined();
    dispose();
  });

  test("[S40] asks the database again when it changes, and when a signal of the question does", async () => {
    const { store } = openTab(makeLoner(), { network: noNetwork() });
    const [search, setSearch] = createSignal("");
    const [ids, dispose] = below(store, () => {
      const { db } = useStore();
      return createLive(() => peopleIds(db, { search: search() }));
    });
    await until(() => ids()?.length === 0);
    await store.act(newPerson("Ayşe").calls);
    await until(() => ids()?.length === 1);
    await store.act(newPerson("Bora").calls);
    await until(() => ids()?.length === 2);
    setSearch("bo");
    await until(() => ids()?.length === 1);
    dispose();
    expect(() => useStore()).toThrow("StoreProvider");
  });

  test("[S36] shows at once who came, and who is back after a lost connection", async () => {
    const colleague = await server.invite(owner, `c${crypto.randomUUID()}@example.com`, "assistant");
    const ada = openTab({ url: server.url, member: owner });
    const bora = openTab({ url: server.url, member: colleague }, { role: "assistant" });
    const { subject, calls } = newPerson("Ayşe");
    await ada.store.act(calls);
    await until(() => ada.store.status().kind === "saved");
    const doc = docId("client", subject);
    const [faces, dispose] = below(ada.store, () => createFaces(createDocument(() => doc)));
    await until(() =>
      [...ada.network.sockets].some(({ address, readyState }) => address.includes(doc) && readyState === 1),
    );
    const open = await bora.store.open(doc);
    await until(() => faces().length === 1, 5000);
    bora.network.cut();
    await until(() => faces().length === 0, 5000);
    bora.network.restore();
    await until(() => faces().length === 1, 5000);
    expect(faces()[0]?.id).toBe(colleague.userId);
    open.release();
    dispose();
  });

  test("[S36] shows who else is here, by the server's word, with their place", async () => {
    const ada = openTab({ url: server.url, member: owner });
    await until(() => ada.store.members().length > 0);
    // Hint: joined later, so that the device has to ask who it is.
    const colleague = await server.invite(owner, "bora@example.com", "assistant");
    const bora = openTab({ url: server.url, member: colleague }, { role: "assistant" });
    const { subject, calls } = newPerson("Ayşe");
    await ada.store.act(calls);
    const doc = docId("client", subject);
    const [faces, dispose] = below(ada.store, () => createFaces(createDocument(() => doc)));
    const open = await bora.store.open(doc);
    open.awareness.setLocalStateField("place", { record: "self", field: "name" });
    open.awareness.setLocalStateField("user", { id: owner.userId, color: "#000000" });
    await until(() => faces()[0]?.place?.field === "name");
    await until(() => faces()[0]?.name === "Ben");
    expect(faces()).toEqual([
      {
        id: colleague.userId,
        name: "Ben",
        colour: expect.stringMatching(/^#/),
        place: { record: "self", field: "name" },
      },
    ]);
    open.release();
    await until(() => faces().length === 0);
    dispose();
  });
});
