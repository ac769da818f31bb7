// Owns a document as screens hold it: reactive where it may be replaced, and read record by record through its schema.
// Never writes: screens act, editors bind.
import type * as Y from "yjs";
import { readRecord, rootOf } from "../../shared/collection.ts";
import type { AnyCollection } from "../../shared/collection.ts";
import type { DocId } from "../../shared/document.ts";
import type { Engine } from "./engine.ts";
import type { Cancel } from "./parts.ts";
import type { OpenDocument } from "./store.ts";

/** Opens a document for a screen, which releases it. Rules: S34, S36. */
export async function openDocument(engine: Pick<Engine, "show" | "mayWrite">, id: DocId): Promise<OpenDocument> {
  const { held, leave } = await engine.show(id);
  return {
    id,
    get doc() {
      return held.live().doc;
    },
    get awareness() {
      const awareness = held.awareness();
      if (awareness === null) throw new Error("a released document has no presence");
      return awareness;
    },
    get isReadOnly() {
      return !engine.mayWrite(held);
    },
    gone: held.gone,
    missing: held.missing,
    release: leave,
    stand: (place) => held.awareness()?.setLocalStateField("place", place),
    read: (collection, record) => readRecord(held.live().doc, collection, record),
    ids: (collection) => [...rootOf(held.live().doc, collection).keys()],
    onChange: (collection, hear) => observe(held.live().doc, collection, hear),
  };
}

/** Hears which records of a collection a transaction touched, however deep. */
function observe(doc: Y.Doc, collection: AnyCollection, hear: (ids: ReadonlySet<string>) => void): Cancel {
  const root = rootOf(doc, collection);
  const onEvents = (events: readonly Y.YEvent<Y.AbstractType<unknown>>[]): void => {
    const ids = new Set<string>();
    for (const event of events) {
      const [first] = event.path;
      if (typeof first === "string") ids.add(first);
      else for (const key of event.keys.keys()) ids.add(key);
    }
    hear(ids);
  };
  root.observeDeep(onEvents);
  return () => root.unobserveDeep(onEvents);
}
