// Owns the words for what a person is made of, shared by the screens that show one: statuses, sources, fields.
// Never holds a value and never decides anything.
import type { personSources } from "../../shared/people.ts";
import type { customFieldCategories, customFieldTypes } from "../../shared/studio.ts";
import { defineText } from "./i18n.ts";

type Source = (typeof personSources)[number];
type FieldType = (typeof customFieldTypes)[number];
type Category = (typeof customFieldCategories)[number];

/** The keys of the seeded statuses. Source: domain.md §2. */
export const seededStatusKeys = ["new", "qualified", "proposal", "negotiation", "won", "lost"] as const;

export type SeededStatus = (typeof seededStatusKeys)[number];

type Words = {
  readonly status: Record<SeededStatus, string> & { readonly unknown: string };
  readonly source: Record<Source, string> & { readonly none: string };
  readonly field: Record<
    "name" | "phone" | "email" | "address" | "language" | "source" | "status" | "businessName" | "locale" | "timeZone",
    string
  >;
  readonly language: Record<"none" | "tr" | "en" | "de" | "ar" | "ru", string>;
  readonly type: Record<FieldType, string>;
  readonly category: Record<Category, string>;
};

const tr: Words = {
  status: {
    new: "Yeni",
    qualified: "Nitelikli",
    proposal: "Teklif Gönderildi",
    negotiation: "Görüşme",
    won: "Kazanıldı",
    lost: "Kaybedildi",
    unknown: "Durumsuz",
  },
  source: {
    referral: "Tavsiye",
    instagram: "Instagram",
    web: "Web",
    fair: "Fuar",
    other: "Diğer",
    none: "Belirtilmedi",
  },
  field: {
    name: "Ad",
    phone: "Telefon",
    email: "E-posta",
    address: "Adres",
    language: "Dil",
    source: "Kaynak",
    status: "Durum",
    businessName: "Stüdyo adı",
    locale: "Dil",
    timeZone: "Saat dilimi",
  },
  language: { none: "Belirtilmedi", tr: "Türkçe", en: "İngilizce", de: "Almanca", ar: "Arapça", ru: "Rusça" },
  type: {
    text: "Kısa metin",
    textarea: "Uzun metin",
    email: "E-posta",
    phone: "Telefon",
    date: "Tarih",
    select: "Seçim listesi",
    checkbox: "Evet / hayır",
    number: "Sayı",
  },
  category: {
    contact: "İletişim bilgisi",
    shoot: "Çekim bilgisi",
    notes: "Not ve istek",
    delivery: "Teslimat ve paket",
  },
};

const en: Words = {
  status: {
    new: "New",
    qualified: "Qualified",
    proposal: "Proposal sent",
    negotiation: "Negotiation",
    won: "Won",
    lost: "Lost",
    unknown: "No status",
  },
  source: {
    referral: "Referral",
    instagram: "Instagram",
    web: "Web",
    fair: "Fair",
    other: "Other",
    none: "Not set",
  },
  field: {
    name: "Name",
    phone: "Phone",
    email: "E-mail",
    address: "Address",
    language: "Language",
    source: "Source",
    status: "Status",
    businessName: "Studio name",
    locale: "Language",
    timeZone: "Time zone",
  },
  language: { none: "Not set", tr: "Turkish", en: "English", de: "German", ar: "Arabic", ru: "Russian" },
  type: {
    text: "Short text",
    textarea: "Long text",
    email: "E-mail",
    phone: "Phone",
    date: "Date",
    select: "List of choices",
    checkbox: "Yes / no",
    number: "Number",
  },
  category: {
    contact: "Contact details",
    shoot: "About the shoot",
    notes: "Notes and wishes",
    delivery: "Delivery and package",
  },
};

/** The words for people, in the order the interface lists them. */
export const personWords = defineText(tr, en);

/** The sources in the order of the list. Hint: named here too, because the list's chunk must not load yjs. */
export const sourceKeys = ["referral", "instagram", "web", "fair", "other"] as const satisfies readonly Source[];

/** The languages that a person can be spoken to in, as the list offers them. */
export const languageKeys = ["tr", "en", "de", "ar", "ru"] as const;

/** Tells whether a text is one of the keys that have a word. */
export const isKeyOf = <K extends string>(keys: readonly K[], text: unknown): text is K =>
  (keys as readonly unknown[]).includes(text);
