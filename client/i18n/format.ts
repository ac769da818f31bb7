// Owns how dates, numbers, money and phone numbers are written in each language.
// Never reads the clock: what "now" is comes in. Instants come as ISO texts in UTC, days as YYYY-MM-DD.
import type { Accessor } from "solid-js";
import type { Locale } from "../../shared/studio.ts";
import { phoneKey } from "../../shared/turkish.ts";
import { useI18n } from "./i18n.ts";

/** The zone of a studio that chose none. Source: design §8. */
export const DEFAULT_ZONE = "Europe/Istanbul";

/** Writes values as one language and zone want them. Rule: UI2. */
export type Format = {
  /** `23 Kas Pzt 14:30` for an instant. */
  readonly dateTime: (instant: string) => string;
  /** `23 Kas 2026` for an instant or a day. */
  readonly date: (instantOrDay: string) => string;
  /** `14:30` for an instant. */
  readonly time: (instant: string) => string;
  /** `3 dk önce` for an instant, seen from `nowMs`. */
  readonly ago: (instant: string, nowMs: number) => string;
  readonly number: (value: number) => string;
  /** `12.500 TL` or `12.500,50 TL`. Units: integer kuruş. */
  readonly money: (kurus: number) => string;
};

// Hint: British English writes the day before the month, as readers in Türkiye expect.
const intlLocales = { tr: "tr-TR", en: "en-GB" } as const satisfies Record<Locale, string>;

const dayForm = /^\d{4}-\d{2}-\d{2}$/;
const steps = [
  { unit: "day", ms: 86_400_000 },
  { unit: "hour", ms: 3_600_000 },
  { unit: "minute", ms: 60_000 },
] as const;

/** Makes the writer for one language and zone. */
export function makeFormat(locale: Locale, timeZone: string = DEFAULT_ZONE): Format {
  const tag = intlLocales[locale];
  const dateParts = { day: "numeric", month: "short", year: "numeric" } as const;
  const date = new Intl.DateTimeFormat(tag, { ...dateParts, timeZone });
  const day = new Intl.DateTimeFormat(tag, { ...dateParts, timeZone: "UTC" });
  const time = new Intl.DateTimeFormat(tag, { hour: "2-digit", minute: "2-digit", timeZone });
  const dated = new Intl.DateTimeFormat(tag, { day: "numeric", month: "short", weekday: "short", timeZone });
  const number = new Intl.NumberFormat(tag);
  return {
    dateTime: (instant) => `${dayAndWeekday(dated, new Date(instant))} ${time.format(new Date(instant))}`,
    date: (text) => (dayForm.test(text) ? day.format(new Date(`${text}T00:00:00Z`)) : date.format(new Date(text))),
    time: (instant) => time.format(new Date(instant)),
    ago: (instant, nowMs) => writeAgo(tag, nowMs - Date.parse(instant)),
    number: (value) => number.format(value),
    money: (kurus) => writeMoney(tag, kurus),
  };
}

function dayAndWeekday(format: Intl.DateTimeFormat, at: Date): string {
  const parts = Object.fromEntries(format.formatToParts(at).map((part) => [part.type, part.value]));
  return `${parts["day"]} ${parts["month"]} ${parts["weekday"]}`;
}

function writeMoney(tag: string, kurus: number): string {
  const digits = kurus % 100 === 0 ? 0 : 2;
  const format = new Intl.NumberFormat(tag, { minimumFractionDigits: digits, maximumFractionDigits: digits });
  return `${format.format(kurus / 100)} TL`;
}

function writeAgo(tag: string, elapsedMs: number): string {
  const format = new Intl.RelativeTimeFormat(tag, { numeric: "auto", style: "short" });
  const step = steps.find(({ ms }) => elapsedMs >= ms);
  return step === undefined ? format.format(0, "second") : format.format(-Math.floor(elapsedMs / step.ms), step.unit);
}

const turkishNumber = /^\+90(\d{3})(\d{3})(\d{2})(\d{2})$/;

/** Writes a Turkish number as `0532 123 45 67`; leaves every other text as it is. Rule: UI2. */
export function formatPhone(phone: string): string {
  const key = phoneKey(phone);
  return turkishNumber.test(key) ? key.replace(turkishNumber, "0$1 $2 $3 $4") : phone;
}

/** Hint: making a formatter takes longer than writing a page with it. */
const made = new Map<string, Format>();

function formatOf(locale: Locale, timeZone: string): Format {
  const key = `${locale} ${timeZone}`;
  const format = made.get(key) ?? makeFormat(locale, timeZone);
  made.set(key, format);
  return format;
}

/** The writer for the chosen language; follows a change of language. */
export function useFormat(timeZone: Accessor<string> = () => DEFAULT_ZONE): Accessor<Format> {
  const { locale } = useI18n();
  return () => formatOf(locale(), timeZone());
}
