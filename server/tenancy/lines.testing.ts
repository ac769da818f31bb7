// Owns the sockets of the two-tenant fuzz: rooms and nudges of two studios, opened at random by somebody of one, and frames that
// name what is the other's. Everything that comes in goes to `hear`. Never judges it.
import { once } from "node:events";
import * as encoding from "lib0/encoding";
import type { WebSocket } from "ws";
import * as Y from "yjs";
import type { DocId } from "../../shared/document.ts";
import { messageKinds, writeAwareness, writeSync } from "../../shared/protocol.ts";
import type { Member } from "../testing.ts";
import { socketUrl } from "./asking.testing.ts";
import { mixedDoc, mixedOrg, mixedQuery } from "./calls.testing.ts";
import type { Scene } from "./mixing.testing.ts";
import { personUpdate } from "./studios.testing.ts";

/** Sockets that are open at once. */
const MOST = 12;

export type Lines = {
  /** Opens a socket, says something on one, or ends one. */
  readonly step: () => Promise<void>;
  /** Opens sockets of one's own studio and announces a presence in each room. */
  readonly watch: (who: Member, paths: readonly string[]) => Promise<void>;
  readonly close: () => Promise<void>;
};

type Line = { readonly socket: WebSocket; readonly who: Member; readonly doc: string };

/** Makes the sockets of one direction. */
export function createLines(scene: Scene): Lines {
  const { dice, here } = scene;
  const lines = new Set<Line>();
  const open = async (who: Member, path: string, doc: string): Promise<Line> => {
    const socket = new who.WebSocket(socketUrl(scene.server, path));
    const line = { socket, who, doc };
    lines.add(line);
    socket.on("message", (data: Buffer) => scene.hear(`socket ${path} as ${who.userId}`, data));
    socket.on("error", () => undefined);
    socket.on("unexpected-response", (_request, response) => {
      scene.count(Number(response.statusCode), path);
      socket.terminate();
    });
    socket.on("close", (code, reason: Buffer) => {
      lines.delete(line);
      scene.count(code, path);
      scene.hear(`socket ${path} closing`, reason);
    });
    await Promise.race([once(socket, "open"), once(socket, "close")]).catch(() => undefined);
    return line;
  };
  const openOne = async (): Promise<void> => {
    const isOwn = dice.below(3) === 0;
    const doc = isOwn ? dice.pick(here.docs) : mixedDoc(scene);
    const path = `/sync/${encodeURIComponent(isOwn ? here.org : mixedOrg(scene))}${dice.below(5) === 0 ? "" : `/${encodeURI(doc)}`}`;
    await open(dice.pick(Object.values(here.members)), `${path}?${mixedQuery(scene)}`, doc);
  };
  const step = async (): Promise<void> => {
    const line = lines.size === 0 ? undefined : dice.pick([...lines]);
    if (line === undefined || (lines.size < MOST && dice.below(3) === 0)) return openOne();
    if (dice.below(12) === 0) line.socket.close();
    else line.socket.send(frameOf(scene, line), () => undefined);
  };
  const watch: Lines["watch"] = async (who, paths) => {
    for (const path of paths) {
      const { socket } = await open(who, `/sync/${here.org}${path}`, path.slice(1));
      if (path === "") continue;
      socket.send(writeSync("step1", Uint8Array.of(0)));
      socket.send(presenceOf(dice.below(2 ** 31), { user: { id: who.userId }, place: here.canary }));
    }
  };
  const close = async (): Promise<void> => {
    const closed = [...lines].map(({ socket }) => once(socket, "close"));
    for (const { socket } of lines) socket.close();
    await Promise.all(closed);
  };
  return { step, watch, close };
}

/** An awareness frame with one state. */
function presenceOf(client: number, state: object): Uint8Array {
  const encoder = encoding.createEncoder();
  for (const number of [1, client, 1 + (client % 7)]) encoding.writeVarUint(encoder, number);
  encoding.writeVarString(encoder, JSON.stringify(state));
  return writeAwareness(encoding.toUint8Array(encoder));
}

function frameOf(scene: Scene, { who, doc }: Line): Uint8Array {
  const { dice, here, there } = scene;
  const by = dice.pick([who.userId, who.userId, there.owner.userId]);
  const isPerson = doc.startsWith("contact/") || doc.startsWith("client/");
  const update = (): Uint8Array =>
    // Hint: checked to be a person's document just before.
    isPerson ? Y.convertUpdateFormatV2ToV1(personUpdate(doc as DocId, here.canary, by)) : Uint8Array.of(0, 0);
  const frames: readonly (() => Uint8Array)[] = [
    () => writeSync("step1", Uint8Array.of(0)),
    () => writeSync("step2", update()),
    () => writeSync("update", update()),
    () => presenceOf(dice.below(2 ** 31), { user: { id: there.owner.userId }, place: here.canary, org: there.org }),
    () => Uint8Array.of(messageKinds.queryAwareness),
    () => Uint8Array.of(dice.below(256), dice.below(256), dice.below(256)),
  ];
  return dice.pick(frames)();
}
