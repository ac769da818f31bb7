// Tests of the rows that lists and search read.
import * as fc from "fast-check";
import { describe, expect, test } from "vitest";
import type * as Y from "yjs";
import { clientCall, contactCall } from "./calls.testing.ts";
import { persons } from "./people.ts";
import { contactColumns, clientColumns, mergePersonRow, personColumns } from "./projection.ts";
import type { PersonRow } from "./projection.ts";
import {
  ayse,
  clientCollections,
  clientDocument,
  contactCollections,
  contactDocument,
  copyOf,
  idOf,
  instantAt,
  newDocument,
  runCall,
  there,
} from "./testing.ts";

const id = idOf(1);

function project(contact: Y.Doc, client: Y.Doc, before?: PersonRow): PersonRow {
  return mergePersonRow(id, mergePersonRow(id, before, contactColumns(contact)), clientColumns(client));
}

describe("rows of people", () => {
  test("[R5] hold what the two documents say", () => {
    expect(project(contactDocument(), clientDocument())).toEqual({
      id,
      listed: 1,
      name: "Ayşe Yılmaz",
      nameKey: expect.any(String),
      phone: "0532 111 22 33",
      phoneKey: "+905321112233",
      email: "",
      tokens: ["ayse", "yilmaz", "5321112233", "1112233", "05321112233"],
      statusId: "won",
      source: "web",
      createdAt: instantAt(0),
      trashedAt: "",
      mergedInto: "",
    });
  });

  test("[R5] dropped and projected again they are equal, in any order and from any copy", () => {
    const work = <T>(call: fc.Arbitrary<T>) => fc.array(call, { maxLength: 8 });
    fc.assert(
      fc.property(work(contactCall), work(clientCall), (onContact, onClient) => {
        const [contact, client] = [contactDocument(), clientDocument()];
        let row = project(contact, client);
        for (const [index, call] of onContact.entries()) {
          runCall(contact, call, { id: idOf(100 + index), at: instantAt(index), by: ayse.member });
          row = mergePersonRow(id, row, contactColumns(contact));
        }
        for (const [index, call] of onClient.entries()) {
          runCall(client, call, { id: idOf(200 + index), at: instantAt(index), by: ayse.member });
          row = mergePersonRow(id, row, clientColumns(client));
        }
        const copies = [copyOf(contact, contactCollections), copyOf(client, clientCollections)] as const;
        expect(project(...copies)).toEqual(row);
        expect(
          mergePersonRow(id, mergePersonRow(id, undefined, clientColumns(client)), contactColumns(contact)),
        ).toEqual(row);
      }),
      { numRuns: 60 },
    );
  });

  test("[R5] list who has a name, is not in the trash and was not merged", () => {
    const [contact, client] = [contactDocument(), clientDocument()];
    const map = there(client, persons, "self");
    const listed = () => project(contact, client).listed;
    expect([listed(), mergePersonRow(id, undefined, clientColumns(client)).listed]).toEqual([1, 0]);
    expect(mergePersonRow(id, undefined, contactColumns(contact)).listed).toBe(1);
    map.set("trashedAt", instantAt(1));
    expect(listed()).toBe(0);
    map.delete("trashedAt");
    map.set("mergedInto", idOf(2));
    expect(listed()).toBe(0);
  });

  test("[R5][M13] a record that does not pass gives empty columns, never an exception", () => {
    const contact = contactDocument();
    contact.getMap("contact").set("self", { name: "plain" });
    expect(contactColumns(contact)).toEqual({ name: "", nameKey: "", phone: "", phoneKey: "", email: "", tokens: [] });
    expect(clientColumns(newDocument(clientCollections)).statusId).toBe("");
  });

  test("[R5] only contact and client give columns", () => {
    expect(personColumns("contact", contactDocument())).toHaveProperty("name", "Ayşe Yılmaz");
    expect(personColumns("client", clientDocument())).toHaveProperty("statusId", "won");
    expect(personColumns("studio", clientDocument())).toBeNull();
  });
});
