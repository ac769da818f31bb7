import * as fc from "fast-check";
import { createRoot } from "solid-js";
import { describe, expect, test } from "vitest";
import { allActions } from "../../shared/actions.ts";
import { clientCall, contactCall, studioCall } from "../../shared/calls.testing.ts";
import { refusalReasons } from "../../shared/errors.ts";
import { useSayChange } from "./changes.ts";
import type { Lookups, SayChange } from "./changes.ts";
import { changeText, reasonKey } from "./changeText.ts";
import { I18nContext } from "./i18n.ts";
import type { Locale } from "../../shared/studio.ts";

/** Runs within a language. */
function saying<T>(locale: Locale, run: (say: SayChange) => T): T {
  return createRoot((dispose) => {
    let result: T | undefined;
    I18nContext.Provider({
      value: { locale: () => locale, setLocale: () => undefined },
      get children() {
        result = run(useSayChange());
        return null;
      },
    });
    dispose();
    if (result === undefined) throw new Error("the provider has not run its children");
    return result;
  });
}

const look: Lookups = {
  status: (id) => (id === "won" ? "Kazanıldı" : "Durumsuz"),
  field: (id) => (id === "bebek" ? "Bebeğin adı" : undefined),
};
const of = (action: string, args: unknown) => ({ action, args });

describe("a change in words", () => {
  test("[UI19][QU2] is told as the screens name it", () => {
    const said = saying("tr", (say) => [
      say(of("contact.edit", { phone: "0532 111 22 33", email: null }), look),
      say(of("person.moveStatus", { to: "won" }), look),
      say(of("person.setCustom", { fieldId: "bebek", value: true }), look),
      say(of("customFields.create", { label: "Mekân", type: "select", options: ["A", "B"], rank: "a0" }), look),
      say(of("notes.create", { text: "Sahilde" }), look),
    ]);
    expect(said).toEqual([
      {
        title: "İletişim bilgisi değişikliği",
        lines: [
          { label: "Telefon", value: "0532 111 22 33" },
          { label: "E-posta", value: "(boşaltıldı)" },
        ],
      },
      { title: "Durum değişikliği", lines: [{ label: "Durum", value: "Kazanıldı" }] },
      { title: "Özel alan değişikliği", lines: [{ label: "Bebeğin adı", value: "Evet" }] },
      {
        title: "Yeni özel alan",
        lines: [
          { label: "Alanın adı", value: "Mekân" },
          { label: "Türü", value: "Seçim listesi" },
          { label: "Seçenekler", value: "A, B" },
        ],
      },
      { title: "Yeni not", lines: [{ label: "Metin", value: "Sahilde" }] },
    ]);
  });

  test("[QU2] has a title for every registered action, and never shows a name of the code", () => {
    const other = saying("en", (say) => say(of("nobody.knows", { someArg: 1 }), look));
    expect(other).toEqual({ title: "A change", lines: [{ label: "Value", value: "1" }] });
    const calls = fc.sample(fc.oneof(contactCall, clientCall, studioCall), { numRuns: 1000, seed: 7 });
    const seen = new Set<string>();
    saying("en", (say) => {
      for (const { action, args } of calls) {
        const { title, lines } = say({ action, args }, look);
        seen.add(action);
        expect(title, action).not.toBe("A change");
        for (const { label } of lines)
          expect(label, `${action} ${JSON.stringify(args)}`).toMatch(/^[A-Z][a-z-]+(?: [a-z]+)*$/);
      }
      return seen;
    });
    expect([...seen].toSorted()).toEqual(allActions.map(({ name }) => name).toSorted());
  });

  test("[QU2] says nothing wrong about arguments that are none", () => {
    const lines = saying("tr", (say) =>
      [null, "odd", ["a"], undefined].map((args) => say(of("x.y", args), look).lines),
    );
    expect(lines).toEqual([[], [], [], []]);
  });

  test("[QU2] has a sentence for every reason, with what to do", () => {
    for (const reason of [...refusalReasons, "erased", "disposed", "damaged", "unknown_action", "whatever"]) {
      expect(changeText.tr[reasonKey(reason)]).toMatch(/\.$/);
      expect(changeText.en[reasonKey(reason)]).toMatch(/\.$/);
    }
  });
});
