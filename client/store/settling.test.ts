import { afterAll, afterEach, beforeAll, describe, expect, test } from "vitest";
import * as Y from "yjs";
import type { DocId } from "../../shared/document.ts";
import { notes } from "../../shared/notes.ts";
import { textToPlain } from "../../shared/text.ts";
import { startTestServer } from "../../server/testing.ts";
import type { Member, TestServer } from "../../server/testing.ts";
import { custom, isSettled, madePerson, note, openClocked } from "./refused.testing.ts";
import type { Clocked } from "./refused.testing.ts";
import { closeTab, closeTabs, makeDisk, openTab, until } from "./testing.ts";
import type { Disk, Tab } from "./testing.ts";

let server: TestServer;
let owner: Member;

beforeAll(async () => {
  server = await startTestServer();
  owner = await server.owner("ada@example.com");
});
afterEach(closeTabs);
afterAll(() => server.close());

const clockedOn = (disk: Disk): Clocked => openClocked({ url: server.url, member: owner }, { disk });

/** A person whom the server has, on a device that has just lost its network. */
async function prepared(disk: Disk): Promise<Clocked & { readonly doc: DocId }> {
  const device = clockedOn(disk);
  const doc = await madePerson(device.tab);
  await until(() => isSettled(device.tab));
  device.tab.network.cut();
  return { ...device, doc };
}

test("[RE10] what is still unsent of a document that is gone is not sent over and over", async () => {
  const { tab, absurd, doc } = await prepared(makeDisk());
  await absurd(() => tab.store.act([note(doc, "Zamansız")]));
  await tab.db.docs.update(doc, { gone: "revoked" });
  let tries = 0;
  tab.network.intercept = (path, go) => {
    tries += path.includes("/updates") ? 1 : 0;
    // Hint: whoever asks without end would never let the test go on.
    return tries > 20 ? new Promise(() => undefined) : go();
  };
  tab.network.restore();
  await until(() => isSettled(tab));
  expect(tries).toBeLessThan(10);
});

type Kept = { readonly values: number; readonly texts: readonly string[] };

/** What the server has of a person. */
async function kept(doc: DocId): Promise<Kept> {
  const ydoc = new Y.Doc();
  const [entry] = (await owner.changes(`doc=${doc}`)).entries;
  if (entry?.kind === "state") Y.applyUpdateV2(ydoc, entry.state);
  const self: unknown = ydoc.getMap("person").get("self");
  const keys = self instanceof Y.Map ? [...self.keys()] : [];
  const bodies = [...ydoc.getMap(notes.name).values()].map((each) => (each instanceof Y.Map ? each.get("body") : null));
  const texts = bodies.flatMap((body: unknown) => (body instanceof Y.XmlFragment ? textToPlain(body) : []));
  return { values: keys.filter((key) => key.startsWith("custom:")).length, texts: texts.toSorted() };
}

/** Edits around a bad one: values before and after, a note before and one after. */
async function edit({ tab, setAbsurd, doc }: Clocked & { readonly doc: DocId }, each: number): Promise<void> {
  const open = await tab.store.open(doc);
  await tab.store.act([note(doc, "Önceki not")]);
  for (let n = 0; n < each; n += 1) await tab.store.act([custom(doc, `önce ${n}`)]);
  setAbsurd(true);
  await tab.store.act([note(doc, "Zamansız")]);
  setAbsurd(false);
  for (let n = 0; n < each; n += 1) await tab.store.act([custom(doc, `sonra ${n}`)]);
  await tab.store.act([note(doc, "Sonraki not")]);
  open.release();
}

const isStep = (path: string): boolean => path.includes("/updates") || path.includes("changes?doc=");

/** Counts the calls of a settling, and ends the network at one of them. */
function breakAt(tab: Tab, { step, isAnswerLost }: { readonly step: number; readonly isAnswerLost: boolean }) {
  let steps = 0;
  tab.network.intercept = async (path, go) => {
    steps += isStep(path) ? 1 : 0;
    if (steps < step) return go();
    // Hint: the server may have taken it, and the page ends before it hears so.
    if (steps === step && isAnswerLost) await go();
    throw new TypeError("the page is gone");
  };
  return { isReached: () => steps >= step };
}

describe("the settling of a refusal", () => {
  test.each([
    ["before a call goes out", false],
    ["after the server took it, before the answer came", true],
  ])(
    "[QU5] costs nothing when the page ends %s, at every call of it",
    async (_when, isAnswerLost) => {
      let isBroken = true;
      for (let step = 1; isBroken && step < 40; step += 1) {
        const disk = makeDisk();
        const device = await prepared(disk);
        await edit(device, 2);
        const broken = breakAt(device.tab, { step, isAnswerLost });
        device.tab.network.restore();
        await until(async () => broken.isReached() || (await isSettled(device.tab)));
        isBroken = broken.isReached();
        await closeTab(device.tab);
        const { tab } = clockedOn(disk);
        await until(async () => (await isSettled(tab)) && (await tab.db.quarantine.count()) > 0, 30_000);
        expect({ step, ...(await kept(device.doc)) }).toEqual({
          step,
          values: 4,
          texts: ["Sonraki not", "Önceki not"],
        });
        const aside = await tab.db.quarantine.toArray();
        expect(aside.map((row) => row.call?.args)).toEqual([{ text: "Zamansız" }]);
        await closeTab(tab);
      }
      expect(isBroken).toBe(false);
    },
    240_000,
  );

  test("[QU5] keeps 199 of 200 offline edits and the notes typed around the bad one, in two tabs", async () => {
    const disk = makeDisk();
    const device = await prepared(disk);
    const second = openTab({ url: server.url, member: owner }, { disk });
    second.network.cut();
    const [here, there] = [await device.tab.store.open(device.doc), await second.store.open(device.doc)];
    for (let n = 0; n < 199; n += 1) {
      const tab = n % 2 === 0 ? device.tab : second;
      if (n === 77) {
        device.setAbsurd(true);
        await device.tab.store.act([note(device.doc, "Zamansız")]);
        device.setAbsurd(false);
      }
      await tab.store.act([n % 40 === 5 ? note(device.doc, `Not ${n}`) : custom(device.doc, `değer ${n}`)]);
    }
    device.tab.network.restore();
    second.network.restore();
    await until(async () => (await device.tab.db.quarantine.count()) === 1 && (await isSettled(device.tab)), 60_000);
    const texts = [5, 45, 85, 125, 165].map((n) => `Not ${n}`).toSorted();
    expect(await kept(device.doc)).toEqual({ values: 194, texts });
    await until(() => there.ids(notes).length === 5 && here.ids(notes).length === 5);
    await until(() => second.store.status().kind === "refused" && device.tab.store.status().kind === "refused");
    here.release();
    there.release();
  }, 120_000);
});
