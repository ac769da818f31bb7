// Owns the language of the interface: which one is chosen, and how a text is looked up in it.
// Never holds texts: shared words are in words.ts, a feature's own beside its screens in text.ts.
import { flatten, resolveTemplate, translator } from "@solid-primitives/i18n";
import type { BaseRecordDict, Flatten, Translator } from "@solid-primitives/i18n";
import { createContext, createSignal, useContext } from "solid-js";
import type { Accessor } from "solid-js";
import type { Locale } from "../../shared/studio.ts";

/** The languages of the interface; the first is the default. Hint: only the type is shared, or the first chunk would hold yjs. Rule: UI1. */
export const locales = ["tr", "en"] as const satisfies readonly Locale[];

/** Tells whether a text names a language of the interface. */
export const isLocale = (text: unknown): text is Locale => (locales as readonly unknown[]).includes(text);

/** One text in every language, flattened so that a key is a path such as `signIn.title`. */
export type Text<F extends BaseRecordDict> = Readonly<Record<Locale, F>>;

/** Declares the texts of one place. A key that is missing or superfluous in English does not compile. Rule: UI1. */
export const defineText = <T extends BaseRecordDict>(tr: T, en: NoInfer<T>): Text<Flatten<T>> => ({
  tr: flatten(tr),
  en: flatten<T>(en),
});

/** The chosen language and the way to change it. */
export type I18n = { readonly locale: Accessor<Locale>; readonly setLocale: (locale: Locale) => void };

/** Creates the language of one page; `remember` is told of every change. */
export function createI18n(initial: Locale, remember: (locale: Locale) => void): I18n {
  const [locale, setSignal] = createSignal(initial);
  const setLocale = (next: Locale): void => {
    setSignal(next);
    remember(next);
  };
  return { locale, setLocale };
}

/** Carries the language to all components below. */
export const I18nContext = createContext<I18n>();

/** The language of the page. Throws: outside its provider. */
export function useI18n(): I18n {
  const i18n = useContext(I18nContext);
  if (i18n === undefined) throw new Error("useI18n needs <I18nContext.Provider> above it (client/main.tsx)");
  return i18n;
}

/** Looks texts up in the chosen language; a change of language changes what is shown without a reload. Rule: UI1. */
export function useText<F extends BaseRecordDict>(text: Text<F>): Translator<F> {
  const { locale } = useI18n();
  return translator(() => text[locale()], resolveTemplate);
}
