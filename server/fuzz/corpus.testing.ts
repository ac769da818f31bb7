// Owns what is mutated: frames and bodies as real devices send them, recorded from sessions with a real server. Rooms of every
// class of documents, forms of sign-in and team, commands, batches of updates. Never mutates anything.
import { WebsocketProvider } from "y-websocket";
import * as Y from "yjs";
import { call } from "../../shared/action.ts";
import { docClasses, docId } from "../../shared/document.ts";
import type { DocClass, DocId } from "../../shared/document.ts";
import { writeUpdates } from "../../shared/protocol.ts";
import { createCustomField } from "../../shared/studio.ts";
import { instantAt, runCall } from "../../shared/testing.ts";
import type { Dice } from "../demo/random.ts";
import { editOnce } from "../durability/edits.testing.ts";
import { socketUrl } from "../tenancy/asking.testing.ts";
import type { Member } from "../testing.ts";

/** A request as it was sent. */
export type Request = { readonly method: string; readonly path: string; readonly body: Uint8Array };

/** Frames of a device in a room of a class, in their order, and the state it found there. Units: `base` in V2. */
export type RecordedRoom = {
  readonly docClass: DocClass;
  readonly base: Uint8Array;
  readonly frames: readonly Uint8Array[];
};

export type Corpus = {
  readonly member: string;
  readonly rooms: readonly RecordedRoom[];
  readonly requests: readonly Request[];
};

/** Lives through sessions as a device does, and keeps what it sent. */
export async function recordSessions({ url }: { url: string }, owner: Member, dice: Dice): Promise<Corpus> {
  const rooms: RecordedRoom[] = [];
  for (const docClass of docClasses) {
    rooms.push({ docClass, ...(await recordRoom(url, owner, { doc: docOf(docClass, owner, dice), dice })) });
  }
  return { member: owner.userId, rooms, requests: await recordRequests(owner, dice) };
}

/** A document of a class that a member may make. */
export function docOf(docClass: DocClass, { userId }: Pick<Member, "userId">, dice: Dice): DocId {
  const subjects: Partial<Record<DocClass, string>> = { calendar: "2026", availability: userId };
  return docId(docClass, docClass === "studio" ? null : (subjects[docClass] ?? dice.uuid()));
}

const EDITS = 30;

/** An empty document whose client id comes from the dice, so that a seed gives the same bytes again. */
export function seededDoc(dice: Dice): Y.Doc {
  const ydoc = new Y.Doc();
  ydoc.clientID = 1 + dice.below(2 ** 31);
  return ydoc;
}

type Recording = { readonly doc: DocId; readonly dice: Dice };

async function recordRoom(
  url: string,
  owner: Member,
  { doc, dice }: Recording,
): Promise<Omit<RecordedRoom, "docClass">> {
  const frames: Uint8Array[] = [];
  const Recorded = class extends owner.WebSocket {
    override send(data: Uint8Array): void {
      frames.push(Uint8Array.from(data));
      super.send(data);
    }
  };
  const provider = new WebsocketProvider(socketUrl({ url }, `/sync/${owner.orgId}`), doc, seededDoc(dice), {
    // Hint: the socket of ws has all that the provider uses of a browser's.
    WebSocketPolyfill: Recorded as unknown as typeof globalThis.WebSocket,
    disableBc: true,
  });
  await new Promise<void>((resolve) => provider.once("sync", () => resolve()));
  const base = Y.encodeStateAsUpdateV2(provider.doc);
  for (let turn = 0; turn < EDITS; turn += 1) edit(provider.doc, doc, { dice, by: owner.userId });
  provider.awareness.setLocalState({ place: { doc, field: "name", at: 3 } });
  provider.awareness.setLocalState(null);
  provider.destroy();
  return { base, frames: [...frames, Uint8Array.of(3)] };
}

type Editing = { readonly dice: Dice; readonly by: string };

/** A change that the class allows, or any change where it allows none yet. */
export function edit(ydoc: Y.Doc, doc: DocId, { dice, by }: Editing): void {
  if (doc.startsWith("contact/") || doc.startsWith("client/")) editOnce({ ydoc, doc, dice, by });
  else if (doc === "studio") {
    const args = {
      label: `Alan ${dice.below(1000)}`,
      type: "text" as const,
      category: "notes" as const,
      rank: `a${dice.below(9)}`,
    };
    const result = runCall(ydoc, call(createCustomField, args), { id: dice.uuid(), at: instantAt(1), by });
    if (!result.ok) throw new Error(`corpus: ${result.error.type}`);
  } else ydoc.getMap("elsewhere").set(dice.uuid(), dice.below(1000));
}

async function recordRequests(owner: Member, dice: Dice): Promise<Request[]> {
  const requests: Request[] = [];
  const send = async (method: string, path: string, body: Uint8Array | object): Promise<void> => {
    const bytes = body instanceof Uint8Array ? body : new TextEncoder().encode(JSON.stringify(body));
    requests.push({ method, path, body: bytes });
    const headers = { "content-type": "application/json" };
    await (await owner.fetch(path, { method, headers, body: Buffer.from(bytes) })).arrayBuffer();
  };
  const org = `/api/orgs/${owner.orgId}`;
  const command = (name: string, args: object): object => ({ id: dice.uuid(), name, args, at: instantAt(1) });
  const preference = command("preferences.set", { key: "theme", value: "koyu" });
  const confirmed = command("confirmErasure", { docs: [docId("contact", dice.uuid())] });
  const password = "yanlış ama uzun bir parola";
  const person = { email: "yeni@example.com", password, name: "Yeni Üye", studio: "Başka Stüdyo", locale: "tr" };
  await send("POST", `${org}/updates`, updatesBody(owner, dice));
  await send("POST", `${org}/commands`, { commands: [preference, confirmed] });
  await send("POST", `${org}/invitations`, { email: "davetli@example.com", role: "assistant" });
  await send("PATCH", `${org}/members/${owner.userId}`, { role: "owner" });
  await send("PATCH", "/api/auth/me", { name: "Ada", phone: "+905321112233", locale: "tr" });
  await send("POST", "/api/auth/password", { currentPassword: password, newPassword: `${password} 2` });
  await send("POST", "/api/auth/reset-request", { email: owner.email });
  await send("POST", "/api/auth/reset", { token: dice.uuid(), password });
  await send("POST", "/api/auth/verify", { token: dice.uuid() });
  requests.push({ method: "POST", path: "/api/auth/sign-in", body: bytesOf({ email: owner.email, password }) });
  requests.push({ method: "POST", path: "/api/auth/sign-up", body: bytesOf(person) });
  requests.push({ method: "POST", path: `/api/invitations/${dice.uuid()}/accept`, body: bytesOf(person) });
  return requests;
}

const bytesOf = (value: object): Uint8Array => new TextEncoder().encode(JSON.stringify(value));

function updatesBody({ userId: by }: Member, dice: Dice): Uint8Array {
  const docs = [docId("contact", dice.uuid()), docId("client", dice.uuid()), docId("client", dice.uuid())];
  return writeUpdates(
    docs.map((doc) => {
      const ydoc = seededDoc(dice);
      for (let turn = 0; turn < 5; turn += 1) edit(ydoc, doc, { dice, by });
      return { doc, update: Y.encodeStateAsUpdateV2(ydoc) };
    }),
  );
}
