import { createComponent, createComputed, createRoot } from "solid-js";
import { describe, expect, expectTypeOf, it } from "vitest";
import { createI18n, defineText, I18nContext, isLocale, useText } from "./i18n.ts";
import type { I18n } from "./i18n.ts";

const sample = defineText(
  { title: "Kişiler", count: (many: number) => `${many} kişi`, deep: { word: "Not" } },
  { title: "People", count: (many: number) => `${many} people`, deep: { word: "Note" } },
);

/** Runs something below a page's language. */
function below<T>(i18n: I18n, run: () => T): T {
  let result: { readonly value: T } | undefined;
  const dispose = createRoot((end) => {
    createComponent(I18nContext.Provider, {
      value: i18n,
      get children() {
        result = { value: run() };
        return null;
      },
    });
    return end;
  });
  dispose();
  if (result === undefined) throw new Error("the provider did not run its children");
  return result.value;
}

describe("language", () => {
  it("[UI1] looks words up by path, with arguments, Turkish first", () => {
    const i18n = createI18n("tr", () => undefined);
    const words = below(i18n, () => {
      const t = useText(sample);
      return [t("title"), t("count", 3), t("deep.word")];
    });
    expect(words).toEqual(["Kişiler", "3 kişi", "Not"]);
  });

  it("[UI1] a change of language changes what is shown and is remembered", () => {
    const kept: string[] = [];
    const i18n = createI18n("tr", (locale) => kept.push(locale));
    const seen: string[] = [];
    createRoot((end) => {
      below(i18n, () => {
        const t = useText(sample);
        createRoot(() => createComputed(() => seen.push(t("title"))));
      });
      i18n.setLocale("en");
      end();
    });
    expect(seen).toEqual(["Kişiler", "People"]);
    expect(kept).toEqual(["en"]);
  });

  it("[UI1] a key that is missing or superfluous in English does not compile", () => {
    // @ts-expect-error: `b` is missing in English.
    const missing = defineText({ a: "bir", b: "iki" }, { a: "one" });
    // @ts-expect-error: `c` is not in Turkish.
    const superfluous = defineText({ a: "bir" }, { a: "one", c: "three" });
    expect([missing, superfluous]).toHaveLength(2);
    expectTypeOf(sample.en).toEqualTypeOf(sample.tr);
  });

  it("[UI1] takes only its languages", () => {
    expect([isLocale("tr"), isLocale("en"), isLocale("de"), isLocale(null)]).toEqual([true, true, false, false]);
  });
});
