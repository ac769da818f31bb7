// Owns the events between the parts of one server process: typed, synchronous, in the order of publishing.
// Never carries what may not be lost: every listener could also find out by asking the storage again.
import type { DocId } from "../shared/document.ts";

/** What one part tells the others. Ids only, never content. */
export type BusEvent =
  /** The role or grants of a member changed, or the membership ended. */
  | { readonly type: "access"; readonly org: string; readonly member: string }
  /** One session (its public id) or, without one, all sessions of a member ended. */
  | { readonly type: "signed_out"; readonly member: string; readonly session?: string }
  /** Documents were committed; `seq` is the organisation's newest number. */
  | { readonly type: "changed"; readonly org: string; readonly seq: number; readonly docs: readonly DocId[] }
  /** A document was erased. */
  | { readonly type: "erased"; readonly org: string; readonly doc: DocId };

/** Publishes to every listener and lets parts listen. */
export type Bus = {
  /** Calls every listener before it returns; a listener that fails never reaches the publisher. Rule: ST30. */
  readonly publish: (event: BusEvent) => void;
  /** Adds a listener; the answer removes it. */
  readonly subscribe: (listener: (event: BusEvent) => void) => () => void;
};

/** Makes a bus; `onError` gets what a listener threw, by default it reaches the process's last handler. Rule: ST30. */
export function createBus(onError: (error: unknown) => void = throwLater): Bus {
  const listeners = new Set<(event: BusEvent) => void>();
  return {
    publish: (event) => {
      for (const listener of listeners) deliver(listener, { event, onError });
    },
    subscribe: (listener) => {
      // Hint: wrapped, so that one function subscribed twice is two listeners.
      const entry = (event: BusEvent): void => listener(event);
      listeners.add(entry);
      return () => void listeners.delete(entry);
    },
  };
}

type Delivery = { readonly event: BusEvent; readonly onError: (error: unknown) => void };

function deliver(listener: (event: BusEvent) => void, { event, onError }: Delivery): void {
  try {
    listener(event);
  } catch (error) {
    onError(error);
  }
}

function throwLater(error: unknown): void {
  queueMicrotask(() => {
    throw error;
  });
}
