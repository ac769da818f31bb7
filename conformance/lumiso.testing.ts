// Owns what the suite writes into our own server, which judges content: a person with notes, made by the member who is signed in.
import { call } from "../shared/action.ts";
import { recordMap } from "../shared/collection.ts";
import { createNote, notes } from "../shared/notes.ts";
import { createPerson } from "../shared/people.ts";
import { instantAt, runCall } from "../shared/testing.ts";
import * as Y from "yjs";
import type { Content } from "./client.ts";
import type { Member } from "../server/testing.ts";

/** Notes of a person. A text that is taken away is deleted inside its note, because no device removes a note. */
export function lumisoContent({ userId: by }: Pick<Member, "userId">): Content {
  const run = (ydoc: Y.Doc, toRun: Parameters<typeof runCall>[1]): void => {
    runCall(ydoc, toRun, { id: crypto.randomUUID(), at: instantAt(1), by });
  };
  const texts = (ydoc: Y.Doc): Y.XmlText[] =>
    [...ydoc.getMap(notes.name).keys()].flatMap((id) => {
      const body = recordMap(ydoc, notes, id)?.get("body");
      const found =
        body instanceof Y.XmlFragment ? [...body.createTreeWalker((node) => node instanceof Y.XmlText)] : [];
      return found.filter((node): node is Y.XmlText => node instanceof Y.XmlText);
    });
  return {
    room: () => `client/${crypto.randomUUID()}`,
    start: (ydoc) => run(ydoc, call(createPerson, { statusId: "new", source: "web" })),
    add: (ydoc, text) => run(ydoc, call(createNote, { text })),
    remove: (ydoc, text) => {
      for (const node of texts(ydoc)) if (node.toString() === text) node.delete(0, node.length);
    },
    entries: (ydoc) => texts(ydoc).map((node) => node.toString()),
  };
}
