// Tests of all actions through the list by which undo, history and replay find them.
import * as fc from "fast-check";
import * as v from "valibot";
import { describe, expect, test } from "vitest";
import * as Y from "yjs";
import { action, call, done, inverseCall } from "./action.ts";
import type { ActionCall } from "./action.ts";
import { allActions, findAction } from "./actions.ts";
import * as activity from "./activity.ts";
import { clientCall, contactCall, editText, studioCall, textEdit } from "./calls.testing.ts";
import { canonicalContent } from "./canonical.ts";
import { fieldSchema } from "./collection.ts";
import type { AnyCollection } from "./collection.ts";
import * as noteActions from "./notes.ts";
import * as peopleActions from "./people.ts";
import * as studioActions from "./studio.ts";
import {
  ayse,
  clientCollections,
  clientDocument,
  contactCollections,
  contactDocument,
  contentOf,
  copyOf,
  idOf,
  instantAt,
  judge,
  newDocument,
  runCall,
  studioCollections,
  studioDocument,
  updateOf,
} from "./testing.ts";

type Kind = {
  readonly collections: readonly AnyCollection[];
  readonly base: () => Y.Doc;
  readonly call: fc.Arbitrary<ActionCall>;
};

const kinds: readonly (readonly [string, Kind])[] = [
  ["contact", { collections: contactCollections, base: contactDocument, call: contactCall }],
  ["client", { collections: clientCollections, base: clientDocument, call: clientCall }],
  ["studio", { collections: studioCollections, base: studioDocument, call: studioCall }],
];

const how = (n: number) => ({ id: idOf(100 + n), at: instantAt(30 + n), by: ayse.member });

/** Does everything to a document, one transaction each. */
function runAll(doc: Y.Doc, calls: readonly ActionCall[]): void {
  for (const [index, each] of calls.entries()) runCall(doc, each, how(index));
}

describe.each(kinds)("calls on a %s document", (_name, { collections, base, call: anyCall }) => {
  const calls = fc.array(anyCall, { maxLength: 8 });

  test("[A1] equal documents, calls and contexts give equal content", () => {
    fc.assert(
      fc.property(calls, (work) => {
        const [first, second] = [base(), base()];
        runAll(first, work);
        runAll(second, work);
        expect(canonicalContent(second, collections)).toBe(canonicalContent(first, collections));
      }),
      { numRuns: 40 },
    );
  });

  test("[A1] what a call writes passes the check, on a filled document and on an empty one", () => {
    fc.assert(
      fc.property(anyCall, fc.boolean(), (each, isEmpty) => {
        const start = isEmpty ? newDocument(collections) : base();
        const device = copyOf(start, collections, 5);
        const sent = updateOf(device, () => runCall(device, each, how(0)));
        expect(judge(start, sent, { collections, author: ayse })).toBeNull();
      }),
      { numRuns: 150 },
    );
  });

  test("[A2] a refused call writes nothing", () => {
    fc.assert(
      fc.property(anyCall, (each) => {
        const doc = newDocument(collections);
        let isRefused = false;
        const sent = updateOf(doc, () => {
          isRefused = !runCall(doc, each, how(0)).ok;
        });
        expect(isRefused ? sent.length : 2).toBe(2);
      }),
      { numRuns: 150 },
    );
  });

  test("[A3] undoing a call restores every value, and where nothing comes back nothing was changed", () => {
    fc.assert(
      fc.property(calls, anyCall, (work, last) => {
        const doc = base();
        runAll(doc, work);
        const before = withoutTraces(doc);
        const result = runCall(doc, last, how(50));
        const undo = result.ok ? result.value : null;
        const undone = undo === null || runCall(doc, undo, how(51)).ok;
        expect(undone).toBe(true);
        const makesPerson = result.ok && /^(?:contact|person)\.create$/.test(last.action);
        expect(makesPerson ? before : withoutTraces(doc)).toEqual(before);
      }),
      { numRuns: 200 },
    );
  });

  test("[A5][R14] every call says what the history notes of it: names of registered fields, never values", () => {
    fc.assert(
      fc.property(anyCall, (each) => {
        const found = findAction(each.action);
        const noted = found?.activity(each, idOf(7)) ?? null;
        if (noted === null) return;
        const { fields, ...what } = noted;
        for (const field of fields)
          expect(collections.some((target) => fieldSchema(target, field) !== null)).toBe(true);
        const history = found?.class === "studio" ? "studioActivity.record" : "activity.record";
        const record = { action: history, version: 1, args: { verb: each.action, ...what, fields } };
        const target = found?.class === "studio" ? studioDocument() : clientDocument();
        expect(runCall(target, record, how(0)).ok).toBe(true);
      }),
      { numRuns: 60 },
    );
  });
});

/** Content without history, moves and the instants of trashing, which undoing leaves or makes anew. */
function withoutTraces(doc: Y.Doc): unknown {
  const { statusMoves: _moves, activity: _entries, ...rest } = contentOf(doc);
  const text = JSON.stringify(rest, (key, value: unknown) => (key === "trashedAt" ? true : value));
  const content: Record<string, unknown> = JSON.parse(text);
  return dropMade(content);
}

/** What a call made and undoing put into the trash counts as gone. */
function dropMade(content: Record<string, unknown>): unknown {
  const records = Object.entries(content).map(([name, root]) => {
    const kept = Object.entries(root as Record<string, { trashedAt?: true }>).filter(
      ([id, record]) => id !== how(50).id || record.trashedAt !== true,
    );
    return [name, Object.fromEntries(kept)];
  });
  return Object.fromEntries(records);
}

describe("versions and the list", () => {
  const rename = action({
    name: "test.rename",
    version: 2,
    class: "client",
    args: v.strictObject({ title: v.string() }),
    activity: () => ({ entity: "person", fields: [] }),
    run: ({ doc }, { title }) => {
      doc.getMap("person").set("title", title);
      return done(inverseCall("test.rename", { title: "" }, 2));
    },
    upcast: (_version, args) => {
      const parsed = v.safeParse(v.object({ name: v.string() }), args);
      return parsed.success ? { title: parsed.output.name } : args;
    },
  });

  test("[A4] a call of an older version is brought up to date before it is parsed", () => {
    const doc = new Y.Doc();
    expect(rename.run({ doc, ...how(0) }, { action: "test.rename", version: 1, args: { name: "old" } }).ok).toBe(true);
    expect(doc.getMap("person").get("title")).toBe("old");
    expect(rename.run({ doc, ...how(0) }, call(rename, { title: "new" })).ok).toBe(true);
    expect(doc.getMap("person").get("title")).toBe("new");
    const current = rename.run({ doc, ...how(0) }, { action: "test.rename", version: 2, args: { name: "x" } });
    expect(current).toMatchObject({ ok: false, error: { type: "invalid" } });
  });

  test("[A4] a call of a newer version is not run, even where its arguments would pass", () => {
    const doc = new Y.Doc();
    const newer = rename.run({ doc, ...how(0) }, { ...call(rename, { title: "new" }), version: 3 });
    expect(newer).toEqual({ ok: false, error: { type: "invalid", fields: ["version"] } });
    expect(doc.getMap("person").size).toBe(0);
  });

  test("[A4] an action of a newer bundle is not known", () => {
    expect(findAction("people.teleport")).toBeNull();
    expect(findAction("constructor")).toBeNull();
  });

  test("[A6] every action of every module is in the list, once", () => {
    const modules: Record<string, unknown>[] = [activity, noteActions, peopleActions, studioActions];
    const declared = modules.flatMap((each) => Object.values(each)).filter(isAction);
    expect(new Set(allActions)).toEqual(new Set(declared));
    expect(new Set(allActions.map(({ name }) => name)).size).toBe(allActions.length);
    for (const each of allActions) expect(findAction(each.name)).toBe(each);
  });

  test("[A6] the property tests above call every action", () => {
    const drawn = fc.sample(fc.oneof(contactCall, clientCall, studioCall), { numRuns: 1000, seed: 1 });
    expect(new Set(drawn.map((each) => each.action))).toEqual(new Set(allActions.map(({ name }) => name)));
    const edits = fc.sample(textEdit, { numRuns: 200, seed: 1 });
    const doc = clientDocument();
    const updates = edits.map((edit) => updateOf(doc, () => editText(doc, edit)).length);
    expect(updates.filter((length) => length > 2).length).toBeGreaterThan(100);
  });
});

const isAction = (value: unknown): boolean =>
  typeof value === "object" && value !== null && "run" in value && "args" in value && "version" in value;
