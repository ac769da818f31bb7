// Large lists and a start without the inside: what asks when, over the real store without a network.
import { createRoot, createSignal } from "solid-js";
import { afterEach, describe, expect, test } from "vitest";
import { call } from "../../shared/action.ts";
import { docId } from "../../shared/document.ts";
import { editContact } from "../../shared/people.ts";
import { peopleMark } from "./people.ts";
import type { Store } from "./store.ts";
import { closeTabs, makeLoner, newPerson, noNetwork, openTab, until } from "./testing.ts";
import { createAnswer, createRounds, StoreProvider } from "./use.tsx";

afterEach(closeTabs);

/** Runs what a component would run below a store; the second value ends it. */
function below<T>(store: Store, run: () => T): [T, () => void] {
  return createRoot((dispose) => {
    let made: T | undefined;
    const Inner = (): null => {
      made = run();
      return null;
    };
    const tree: unknown = (
      <StoreProvider store={store}>
        <Inner />
      </StoreProvider>
    );
    // Hint: what a component returns is read by whoever shows it; here nobody does.
    if (typeof tree === "function") tree();
    if (made === undefined) throw new Error("nothing ran");
    return [made, dispose];
  });
}

describe("the start", () => {
  test("[SP2] the inside waits for the first screen, but not longer than it is told", async () => {
    const timers: { readonly run: () => void; readonly ms: number }[] = [];
    const later = (run: () => void, ms: number) => {
      timers.push({ run, ms });
      return () => undefined;
    };
    const parts = { patience: 1000, later };
    const { store } = openTab(makeLoner(), { network: noNetwork(), parts });
    expect(store.started()).toBe(false);
    timers.find(({ ms }) => ms === 1000)?.run();
    expect(store.started()).toBe(true);
    const other = openTab(makeLoner(), { network: noNetwork(), parts });
    other.store.start();
    expect(other.store.started()).toBe(true);
  });

  test("[SP2] what needs the inside starts it at once; a store that nobody used closes all the same", async () => {
    const parts = { patience: 60_000 };
    const { store } = openTab(makeLoner(), { network: noNetwork(), parts });
    const { subject, calls } = newPerson("Ayşe");
    expect((await store.act(calls)).ok).toBe(true);
    expect(store.started()).toBe(true);
    expect(await store.db.people.get(subject)).toBeDefined();
    const unused = openTab(makeLoner(), { network: noNetwork(), parts });
    expect(unused.store.started()).toBe(false);
  });
});

describe("large questions", () => {
  test("[SP3] a late answer never replaces a newer one, and what was answered stays until the next one has come", async () => {
    const { store } = openTab(makeLoner(), { network: noNetwork() });
    const answers = new Map<string, PromiseWithResolvers<string>>();
    const [word, setWord] = createSignal("z");
    const [found, dispose] = below(store, () =>
      createAnswer(() => {
        const answer = Promise.withResolvers<string>();
        answers.set(word(), answer);
        return answer.promise;
      }),
    );
    answers.get("z")?.resolve("found by z");
    await until(() => found() === "found by z");
    setWord("ze");
    setWord("zey");
    expect(found()).toBe("found by z");
    answers.get("zey")?.resolve("found by zey");
    await until(() => found() === "found by zey");
    answers.get("ze")?.resolve("found by ze");
    await Promise.resolve();
    expect(found()).toBe("found by zey");
    dispose();
  });

  test("[SP4] a change makes a round, and none before the rest is over", async () => {
    const { store, db } = openTab(makeLoner(), { network: noNetwork() });
    const { subject, calls } = newPerson("Ayşe");
    await store.act(calls);
    const [{ eager, calm }, dispose] = below(store, () => ({
      eager: createRounds(
        () => peopleMark(db, "order"),
        () => 0,
      ),
      calm: createRounds(
        () => peopleMark(db, "order"),
        () => 3_600_000,
      ),
    }));
    await until(() => eager() === 1 && calm() === 1);
    for (const name of ["Bora", "Cem", "Derya"]) {
      const before = eager();
      await store.act([{ doc: docId("contact", subject), call: call(editContact, { name }) }]);
      await until(() => eager() > before);
    }
    expect(calm()).toBe(1);
    dispose();
  });
});
