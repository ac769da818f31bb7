// Owns what comes over the network: the first filling of a device, and what changed while it was away.
// Never writes a document by hand: the colleague uses the actions of the screens.
import * as Y from "yjs";
import { call } from "../../shared/action.ts";
import { findAction } from "../../shared/actions.ts";
import { classOf } from "../../shared/document.ts";
import type { FeedEntry } from "../../shared/protocol.ts";
import { editContact } from "../../shared/people.ts";
import { createDice } from "../../server/demo/random.ts";
import { emptyDocument } from "../../server/sync/apply.ts";
import { member } from "../../server/testing.ts";
import type { Member } from "../../server/testing.ts";
import { openDevice, signIn } from "./browser.ts";
import type { Device } from "./browser.ts";
import type { Fill } from "./figures.ts";
import { colleague } from "./studio.ts";

export type FillOptions = {
  readonly profile: string;
  readonly url: string;
  readonly slow: number;
  /** How many the list counts when it is over. */
  readonly people: number;
};

/** Fills a new device; it ends when the list no longer shows a bar, and counts everybody. */
export async function fillDevice({
  profile,
  url,
  slow,
  people,
}: FillOptions): Promise<Fill & { readonly address: string }> {
  const device = await openDevice({ profile, slow });
  try {
    const address = await signIn(device, url);
    await device.page.goto(address);
    await device.page.locator("[role=progressbar]").waitFor();
    const filled = await device.page.evaluate(async () => {
      const begun = performance.now();
      globalThis.probe.takeLongest();
      // Hint: the bar may be drawn anew in another place of the screen; it is over when it stays away.
      let goneAt: number | null = null;
      while (goneAt === null || performance.now() - goneAt < 2000) {
        const isFilling = document.querySelector("[role=progressbar]") !== null;
        goneAt = isFilling ? null : (goneAt ?? performance.now());
        await new Promise((resolve) => setTimeout(resolve, 50));
      }
      return { seconds: (goneAt - begun) / 1000, longestTaskMs: globalThis.probe.takeLongest() };
    });
    await device.page.getByText(people.toLocaleString("tr"), { exact: true }).first().waitFor();
    await keepShell(device);
    return { ...filled, slow, address };
  } finally {
    await device.close();
  }
}

/** The next start is without a network: waits until a page has come from the service worker. */
async function keepShell({ page }: Device): Promise<void> {
  await page.evaluate(async () => void (await navigator.serviceWorker.ready));
  await page.reload();
  await page.waitForFunction(() => navigator.serviceWorker.controller !== null);
  await page.locator("main [data-row]").first().waitFor();
}

/** Signs a colleague in, who works on another device. */
export async function signInColleague(url: string): Promise<Member> {
  const { email, password } = colleague;
  const answer = await fetch(`${url}/api/auth/sign-in`, {
    method: "POST",
    headers: { "content-type": "application/json" },
    body: JSON.stringify({ email, password }),
  });
  const cookie = answer.headers
    .getSetCookie()
    .map((line) => line.split(";")[0])
    .join("; ");
  const me: { user: { id: string }; orgs: { id: string }[] } = await (
    await fetch(`${url}/api/auth/me`, { headers: { cookie } })
  ).json();
  return member(url, { email, cookie, userId: me.user.id, orgId: me.orgs[0]?.id ?? "" });
}

type State = Extract<FeedEntry, { kind: "state" }>;

/** The colleague gives so many people a new name that begins with a word. */
async function renamePeople(by: Member, { count, word }: { count: number; word: string }): Promise<void> {
  const dice = createDice(count);
  const at = new Date().toISOString();
  let before = Number("9".repeat(15));
  let left = count;
  while (left > 0 && before > 0) {
    const { entries, next } = await by.changes(`before=${before}&limit=500`);
    before = next;
    const contacts = entries.filter(isContact).slice(0, left);
    const updates = contacts.map((entry, index) => {
      const name = `${word} ${left - index}`;
      return { doc: entry.doc, update: renamed(entry, { name, id: dice.uuid(), at, by: by.userId }) };
    });
    const results = updates.length === 0 ? [] : await by.push(updates);
    if (results.some((result) => "error" in result)) throw new Error("a colleague's change was refused");
    left -= contacts.length;
  }
  if (left > 0) throw new Error(`${left} people too few`);
}

const isContact = (entry: FeedEntry): entry is State =>
  entry.kind === "state" && entry.doc !== "studio" && classOf(entry.doc) === "contact";

type Renaming = { readonly name: string; readonly id: string; readonly at: string; readonly by: string };

function renamed({ doc, state }: State, { name, id, at, by }: Renaming): Uint8Array {
  const ydoc = emptyDocument(doc);
  Y.applyUpdateV2(ydoc, state);
  const before = Y.encodeStateVector(ydoc);
  const toRun = call(editContact, { name });
  const result = ydoc.transact(() => findAction(toRun.action)?.run({ doc: ydoc, id, at, by }, toRun));
  if (result?.ok !== true) throw new Error("a person could not be renamed");
  const update = Y.encodeStateAsUpdateV2(ydoc, before);
  ydoc.destroy();
  return update;
}

/** Takes the device off the network, lets a colleague change people, and answers how long the list needs once it is back. Units: ms. */
export async function comeBack({ context, page }: Device, by: Member, word: string): Promise<number> {
  const count = 1000;
  await page.getByRole("searchbox").fill(word);
  await page.getByRole("heading", { name: "Eşleşen kişi yok" }).waitFor();
  await context.setOffline(true);
  await renamePeople(by, { count, word });
  await page.evaluate((wanted) => {
    const waiting = async (): Promise<number> => {
      await new Promise((resolve) => addEventListener("online", resolve, { once: true }));
      const back = performance.now();
      const found = (): number =>
        Number.parseInt(document.querySelector("main [role=status]")?.textContent?.replaceAll(/\D/g, "") ?? "0", 10);
      while (found() !== wanted) await new Promise((resolve) => setTimeout(resolve, 20));
      return performance.now() - back;
    };
    globalThis.probe.keep(waiting());
  }, count);
  await context.setOffline(false);
  const ms = await page.evaluate(() => globalThis.probe.kept());
  await page.getByRole("searchbox").fill("");
  return ms;
}
