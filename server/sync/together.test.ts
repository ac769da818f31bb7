// Shows that updates of one member that wait together are applied together, and judged one by one when they must be.
import { expect, test } from "vitest";
import * as Y from "yjs";
import { recordMap } from "../../shared/collection.ts";
import { contacts } from "../../shared/people.ts";
import { emptyDocument } from "./apply.ts";
import { ada, ben, change, contactDoc, joinRoom, putContact, setupTenant, storedName } from "./testing.ts";

const rename = (ydoc: Y.Doc, name: string): Uint8Array =>
  change(ydoc, () => void recordMap(ydoc, contacts, "self")?.set("name", name));

const names = ["Ayşe", "Elif", "Zeynep", "Deniz"];

test("[SY17] what one member sent in a tick reaches the others as one update, and is acknowledged in full", async () => {
  const bench = setupTenant();
  const writer = await joinRoom(bench, contactDoc, { member: ada });
  const other = await joinRoom(bench, contactDoc, { member: ben });
  writer.sendUpdate(change(writer.ydoc, (ydoc) => putContact(ydoc, "Ada")));
  for (const name of names) writer.sendUpdate(rename(writer.ydoc, name));
  await bench.tenant.idle();
  expect(writer.settled).toEqual([{ seq: 1, frames: 5 }]);
  expect(other.updates).toHaveLength(1);
  expect(recordMap(other.ydoc, contacts, "self")?.get("name")).toBe("Deniz");
  expect(await storedName(bench.storage)).toBe("Deniz");
});

test("[SY17] two sockets of one member hear of each other what they sent in one tick", async () => {
  const bench = setupTenant();
  const phone = await joinRoom(bench, contactDoc, { member: ada });
  const desk = await joinRoom(bench, contactDoc, { member: ada });
  const made = change(emptyDocument(contactDoc), (ydoc) => putContact(ydoc, "Ada"));
  Y.applyUpdate(phone.ydoc, made);
  Y.applyUpdate(desk.ydoc, made);
  phone.sendUpdate(made);
  phone.sendUpdate(rename(phone.ydoc, "Elif"));
  desk.sendUpdate(change(desk.ydoc, (ydoc) => void recordMap(ydoc, contacts, "self")?.set("email", "a@example.com")));
  await bench.tenant.idle();
  for (const { ydoc } of [phone, desk]) {
    expect(recordMap(ydoc, contacts, "self")?.toJSON()).toMatchObject({ name: "Elif", email: "a@example.com" });
  }
});

test("[SY17] of updates that are refused together only the wrong one is refused, and the others are on disk", async () => {
  const bench = setupTenant();
  const good = await joinRoom(bench, contactDoc, { member: ada });
  const bad = await joinRoom(bench, contactDoc, { member: ada });
  const other = await joinRoom(bench, contactDoc, { member: ben });
  good.sendUpdate(change(good.ydoc, (ydoc) => putContact(ydoc, "Ada")));
  good.sendUpdate(rename(good.ydoc, "Elif"));
  bad.sendUpdate(change(new Y.Doc(), (ydoc) => ydoc.getMap("elsewhere").set("a", 1)));
  good.sendUpdate(rename(good.ydoc, "Deniz"));
  await bench.tenant.idle();
  expect(bad.closed).toMatchObject({ type: "refused" });
  expect(good.closed).toBeNull();
  expect(good.settled.at(-1)?.frames).toBe(3);
  expect(recordMap(other.ydoc, contacts, "self")?.get("name")).toBe("Deniz");
  expect(await storedName(bench.storage)).toBe("Deniz");
});
