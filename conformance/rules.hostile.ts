// Owns the rules about frames that are none: whatever one client sends, the others in the room go on, and so does the server.
// What becomes of the sender is the server's choice, and is told.
import { once } from "node:events";
import type { Client, Target } from "./client.ts";
import { join } from "./client.ts";
import { must, openPair, write } from "./rule.ts";
import type { Rule } from "./rule.ts";
import { syncFrame } from "./wire.ts";

/** Sends something strange beside two who work, and looks how they and the sender fare. Answers with the sender's fate. */
async function besideOthers(target: Target, strange: (sender: Client) => void): Promise<string> {
  const { room, first, second } = await openPair(target);
  const sender = await join(target, room, { isSilent: true });
  strange(sender);
  await write(target, [first, second], "çalışıyor");
  await write(target, [second, first], "sürüyor");
  must(first.closedWith() === null && second.closedWith() === null, "others were closed too");
  // Hint: what the sender asks now is answered after what it sent before, or not at all.
  sender.send(syncFrame("step1", Uint8Array.of(0)));
  const isAnswered = (): boolean => sender.frames.some(({ kind }) => kind === "step2");
  const isKnown = (): boolean => sender.closedWith() !== null || isAnswered();
  // Hint: a server may also leave the sender hanging, which harms nobody else.
  await sender.until("an answer or an end", isKnown).catch(() => undefined);
  const code = sender.closedWith();
  await Promise.all([first.close(), second.close(), sender.close()]);
  if (code !== null) return `sender closed with ${code}`;
  return isAnswered() ? "ignored" : "sender neither answered nor closed";
}

const unknown: Rule = {
  id: "CF17",
  title: "an unknown kind of message harms nobody else",
  run: (target) => besideOthers(target, (sender) => sender.send(Uint8Array.of(99, 1, 2, 3))),
};

const malformed: readonly (readonly [string, Uint8Array])[] = [
  ["an empty frame", Uint8Array.of()],
  ["a frame that ends too early", Uint8Array.of(0, 2, 200, 1, 5)],
  [
    "an update that is none",
    syncFrame(
      "update",
      Uint8Array.from({ length: 64 }, (_, index) => (index * 37) % 256),
    ),
  ],
  ["a state vector that is none", syncFrame("step1", Uint8Array.of(255, 255, 255, 255, 255, 255, 255, 255, 255, 255))],
  ["an unknown step", Uint8Array.of(0, 7, 1, 0)],
  ["presence that is none", Uint8Array.of(1, 3, 200, 200, 200)],
];

const malformedRules = malformed.map(([what, frame], index): Rule => ({
  id: `CF${18 + index}`,
  title: `${what} harms nobody else`,
  run: (target) => besideOthers(target, (sender) => sender.send(frame)),
}));

const text: Rule = {
  id: "CF24",
  title: "a text message harms nobody else",
  run: (target) => besideOthers(target, (sender) => sender.socket.send("merhaba", () => undefined)),
};

const fragments: Rule = {
  id: "CF25",
  title: "a message in many fragments is one message",
  run: async (target) => {
    const { room, first, second } = await openPair(target);
    const sender = await join(target, room, { isSilent: true });
    const frame = target.envelope.wrap(room, syncFrame("step1", Uint8Array.of(0)));
    for (const byte of frame) sender.socket.send(Uint8Array.of(byte), { fin: false, binary: true });
    sender.socket.send(Uint8Array.of(), { fin: true, binary: true });
    await sender.until("an answer to SyncStep1", () => sender.frames.some(({ kind }) => kind === "step2"));
    await Promise.all([first, second, sender].map((client) => client.close()));
  },
};

const ping: Rule = {
  id: "CF26",
  title: "a ping of the socket is answered",
  run: async (target) => {
    const { first, second } = await openPair(target);
    const pong = once(first.socket, "pong");
    first.socket.ping();
    await Promise.race([pong, first.until("a pong", () => false)]);
    await Promise.all([first.close(), second.close()]);
  },
};

/** The rules of frames that are none, and of the socket itself. */
export const hostileRules: readonly Rule[] = [unknown, ...malformedRules, text, fragments, ping];
