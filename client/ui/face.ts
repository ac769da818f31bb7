// Owns what a face is made of: initials in the reader's language and an ink that can be read on any colour.

/** The initials of a name: first letters of the first and the last word, upper case as the language writes it. */
export function initialsOf(name: string, locale: string): string {
  const words = name.trim().split(/\s+/).filter(Boolean);
  const ends = words.length > 1 ? [words[0], words.at(-1)] : words;
  return ends
    .map((word) => (word === undefined ? "" : firstLetter(word)))
    .join("")
    .toLocaleUpperCase(locale);
}

const firstLetter = (word: string): string => Array.from(word)[0] ?? "";

const DARK_INK = "#16211f";
const LIGHT_INK = "#ffffff";

/** The ink with the higher contrast on a colour. Units: `#rrggbb` in and out. Source: WCAG 2.2, 1.4.3. */
export const inkOn = (colour: string): string =>
  contrast(colour, LIGHT_INK) >= contrast(colour, DARK_INK) ? LIGHT_INK : DARK_INK;

/** The contrast ratio of two colours. Units: `#rrggbb`; 1 to 21. Source: WCAG 2.2, definition of contrast ratio. */
export function contrast(one: string, other: string): number {
  const [light, dark] = [luminance(one), luminance(other)].toSorted((a, b) => b - a);
  return ((light ?? 0) + 0.05) / ((dark ?? 0) + 0.05);
}

function luminance(colour: string): number {
  const channel = (at: number): number => {
    const value = Number.parseInt(colour.slice(at, at + 2), 16) / 255;
    return value <= 0.040_45 ? value / 12.92 : ((value + 0.055) / 1.055) ** 2.4;
  };
  return 0.2126 * channel(1) + 0.7152 * channel(3) + 0.0722 * channel(5);
}
