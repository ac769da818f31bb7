// Owns what every rule is made of: its form, two clients in a room, a text that arrives. Never holds a rule.
import { joinSynced } from "./client.ts";
import type { Client, Target } from "./client.ts";

/** One rule. `isSlow`: it takes longer than half a minute, because the protocol does. */
export type Rule = {
  readonly id: string;
  readonly title: string;
  readonly isSlow?: true;
  /** Throws when the rule is broken. */
  readonly run: (target: Target) => Promise<string | void>;
};

/** Two clients of a new room, the first of which has made its document. */
export async function openPair(target: Target): Promise<{ room: string; first: Client; second: Client }> {
  const room = target.content.room();
  const first = await joinSynced(target, room);
  target.content.start(first.ydoc);
  const second = await joinSynced(target, room);
  await write(target, [first, second], "ilk");
  return { room, first, second };
}

/** One client adds a text and another gets it. */
export async function write({ content }: Target, [from, to]: readonly [Client, Client], text: string): Promise<void> {
  content.add(from.ydoc, text);
  await to.until(`"${text}" at the other`, () => content.entries(to.ydoc).includes(text));
}

/** Throws when something is not as it must be. */
export function must(isSo: boolean, otherwise: string): void {
  if (!isSo) throw new Error(otherwise);
}
