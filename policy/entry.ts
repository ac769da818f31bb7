// Owns what an entry of the inventory is: whom data are about, why, how long, who gets them, and a class for every field.
// The mapped type over a collection's fields makes a field without a class a compile error.
import type { AnyCollection } from "../shared/collection.ts";
import type { Ground } from "./purposes.ts";
import type { Category, Controller, DataSubject, Mask, Recipient, RetentionId, Source } from "./vocabulary.ts";

/** A field that says something about a person. `retention` where it ends otherwise than its entry. */
export type PersonalField = {
  readonly category: Category;
  readonly mask: Mask;
  /** Anything may be written here: checked for what must not be stored, and searched when a person is erased. */
  readonly freeText?: true;
  readonly retention?: RetentionId;
};

/** A field that says nothing about a person, and why. */
export type PlainField = { readonly nonPersonal: string; readonly freeText?: true };

/** A field whose class stands with what it holds: a sealed document's collections, a custom field's definition, a copy's original. */
export type DelegatedField = {
  readonly classifiedBy: "collections" | "custom_field" | "original";
  readonly mask: Mask;
};

export type FieldClass = PersonalField | PlainField | DelegatedField;

/** What is true of every field of an entry. */
export type About = {
  readonly subject: DataSubject;
  readonly controller: Controller;
  readonly source: Source;
  readonly purposes: readonly [Ground, ...Ground[]];
  /** Which of several applies is a matter of facts: an enquirer who books falls under another rule. */
  readonly retention: readonly [RetentionId, ...RetentionId[]];
  readonly recipients: readonly Recipient[];
};

/** An entry without anything about a person, and why. */
export type PlainEntry = { readonly nonPersonal: string; readonly fields: Readonly<Record<string, PlainField>> };

/** An entry for a table, a log or a file. */
export type StoreEntry = PlainEntry | (About & { readonly fields: Readonly<Record<string, FieldClass>> });

/** The names of a collection's fields: its entries, and its families by their prefix. */
export type FieldName<C extends AnyCollection> = keyof C["entries"] | keyof C["families"];

/** A class for every field of a collection, no more and no fewer. Rule: IN3. */
export type FieldsOf<C extends AnyCollection> = { readonly [F in FieldName<C> & string]: FieldClass };

/** An entry for a collection. */
export type CollectionEntry<C extends AnyCollection = AnyCollection> = About & {
  readonly collection: C;
  readonly fields: FieldsOf<C>;
};

/** Classifies a collection. Rule: IN3; a missing or unknown field is a compile error. */
export const classify = <C extends AnyCollection>(
  collection: C,
  about: About & { readonly fields: FieldsOf<C> },
): CollectionEntry<C> => ({ collection, ...about });

/** A class without anything about a person. */
export const nonPersonal = (reason: string): PlainField => ({ nonPersonal: reason });

/** A class of personal data. */
export const personal = (category: Category, mask: Mask): PersonalField => ({ category, mask });

/** A class of personal data in which anything may be written. */
export const freeText = (category: Category): PersonalField => ({ category, mask: "hide", freeText: true });
