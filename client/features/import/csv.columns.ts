// Owns what a column of a table means: the known headings, and the judgement of a column by its content.
// Never reads rows into contacts (csv.ts).
import { digitsOf, readEmail, readPhone } from "./clean.ts";
import { fold } from "../../../shared/turkish.ts";

/** What a column can give; `ignored` columns are shown to the person and not read. Rule: I18. */
export const columnFields = [
  "ignored",
  "name",
  "namePrefix",
  "givenName",
  "middleName",
  "familyName",
  "nameSuffix",
  "nickname",
  "organisation",
  "mobile",
  "phone",
  "fax",
  "email",
  "address",
  "street",
  "addressPart",
  "note",
] as const;

/** One meaning of a column. `street` begins an address, `addressPart` goes on with it, `address` is a whole one. */
export type ColumnField = (typeof columnFields)[number];

/** The meaning of each column, by its index from the left; columns beyond the list are ignored. */
export type ColumnMapping = readonly ColumnField[];

const known: Readonly<Partial<Record<ColumnField, string>>> = {
  name:
    "name|full name|fullname|display name|contact name|client|client name|customer|customer name|isim|ad soyad|adi soyadi|" +
    "ad soyadi|ad ve soyad|adi ve soyadi|adsoyad|isim soyisim|isim soyad|ad soyisim|gorunen ad|gorunen adi|musteri|musteri adi|" +
    "musteri adi soyadi|kisi|kisi adi|danisan|yetkili",
  namePrefix: "name prefix|prefix|on ek|ad on eki",
  givenName: "ad|adi|first name|firstname|given name|givenname|on ad",
  middleName: "middle name|additional name|ikinci ad|ikinci adi|orta ad",
  familyName: "soyad|soyadi|soy ad|soy adi|soyisim|soy isim|last name|lastname|surname|family name|familyname",
  nameSuffix: "name suffix|suffix|sonek|son ek|soneki|ad son eki",
  nickname: "nickname|nick name|takma ad|takma adi|lakap",
  organisation:
    "company|company name|organization|organisation|organization name|organization 1 name|firma|firma adi|sirket|sirket adi|kurum",
};

const fieldByHeading = new Map(
  columnFields.flatMap((field) => known[field]?.split("|").map((heading) => [heading, field] as const) ?? []),
);

// What stands beside a number or an address without being one, and what a contact has no field for.
const besides = words(
  "type label labels tur turu etiket etiketler yomi phonetic fonetik birthday dogum yildonumu anniversary photo foto web website site " +
    "assistant assistants asistan asistanin manager managers yonetici yoneticinin spouse esin gender cinsiyet language dil job department " +
    "departman bolum title unvan unvani hobby directory im imaddress telex pager cagri callback radio tty tdd isdn protocol id no",
);
const mobileWords = words("cep gsm mobile mobil cell cellular cellphone whatsapp iphone");
const phoneWords = words("tel telefon telefonu telefonlar telefonlari phone phones telephone numara");
const partWords = words(
  "city sehir sehri il ili ilce ilcesi semt state province region bolge postal posta zip country ulke box extended locality",
);
const streetWords = words("street sokak cadde mahalle");
const addressWords = words("adres adresi address acikadres");
const noteWords = words("not notlar notlari note notes aciklama aciklamalar comment comments yorum");

function words(list: string): ReadonlySet<string> {
  return new Set(list.split(" "));
}

/** The meaning of a heading; null when it is unknown, so that its column may be judged by its content. Rule: I17. */
export function fieldOfHeading(heading: string): ColumnField | null {
  const plain = plainHeading(heading);
  if (plain === "") return null;
  const exact = fieldByHeading.get(plain);
  if (exact) return exact;
  const parts = plain.split(" ");
  const has = (list: ReadonlySet<string>): boolean => parts.some((part) => list.has(part));
  if (/(?:^| )(?:e mail|e posta|email|eposta|mail|elektronik posta)(?: |$)/.test(plain)) return emailField(plain);
  if (/(?:^| )(?:fax|faks|faksi)(?: |$)/.test(plain)) return "fax";
  if (has(mobileWords)) return has(words("type label tur turu")) ? "ignored" : "mobile";
  if (/ (?:no|numarasi)$/.test(plain) && has(phoneWords)) return "phone";
  if (has(besides)) return "ignored";
  if (has(phoneWords)) return "phone";
  if (has(noteWords)) return "note";
  return addressField(parts, has);
}

function emailField(plain: string): ColumnField {
  return /(?:^| )(?:type|label|tur|turu|display|gorunen|etiket)(?: |$)/.test(plain) ? "ignored" : "email";
}

/** Hint: the second and third lines of a street have a number behind it, as in "Home Street 2". */
function addressField(parts: readonly string[], has: (list: ReadonlySet<string>) => boolean): ColumnField | null {
  const isMore = /^[23]$/.test(parts.at(-1) ?? "");
  if (has(streetWords)) return isMore ? "addressPart" : "street";
  if (has(partWords)) return "addressPart";
  if (has(addressWords)) return isMore ? "addressPart" : "address";
  return null;
}

/** Case, accents and punctuation do not matter. Hint: the dotless letter is read as i, so that ISIM is isim. */
const plainHeading = (heading: string): string =>
  fold(heading.slice(0, 100))
    .replaceAll(/[^a-z0-9]+/g, " ")
    .trim();

/** The meaning of each heading of a row, seen together. Rule: I17. */
export function fieldsOfHeadings(headings: readonly string[]): (ColumnField | null)[] {
  const fields = headings.map(fieldOfHeading);
  const plain = headings.map(plainHeading);
  // Google writes an address whole and in parts; the whole one is enough.
  const hasFormatted = plain.some((heading) => /^address \d+ formatted$/.test(heading));
  // "İsim, Soyisim" and "Name, Surname": beside a family name the other one is the given name.
  const isGiven = fields.includes("familyName") && !fields.includes("givenName");
  return fields.map((field, index) => {
    const heading = plain[index] ?? "";
    if (hasFormatted && /^address \d+ /.test(heading) && !heading.endsWith(" formatted")) return "ignored";
    return isGiven && (heading === "isim" || heading === "name") ? "givenName" : field;
  });
}

/** How many headings of a row are known to be of contacts. */
export const countHeadings = (cells: readonly string[]): number =>
  cells.filter((cell) => (fieldOfHeading(cell) ?? "ignored") !== "ignored").length;

/** Fills in the columns whose heading is unknown, by the first rows below it. Rule: I17. */
export function guessFields(
  fields: readonly (ColumnField | null)[],
  rows: readonly (readonly string[])[],
): ColumnField[] {
  const columns = fields.map((_, index) => rows.map((row) => (row[index] ?? "").trim()).filter(Boolean));
  const guessed = fields.map((field, index) => field ?? guessReach(columns[index] ?? []));
  const hasName = fields.some((field) => field === "name" || field === "givenName" || field === "familyName");
  return (hasName ? guessed : guessName(guessed, columns)).map((field) => field ?? "ignored");
}

function guessReach(cells: readonly string[]): ColumnField | null {
  if (mostly(cells, isEmailLike, 0.5)) return "email";
  return mostly(cells, isPhoneLike, 0.5) ? "phone" : null;
}

/** The name is the first column of words; two columns of single words side by side are its parts, in their order. */
function guessName(
  fields: readonly (ColumnField | null)[],
  columns: readonly (readonly string[])[],
): (ColumnField | null)[] {
  // A table without a way to reach anyone may be anything: the person says what it is.
  if (!fields.some((field) => field === "email" || field === "phone" || field === "mobile")) return [...fields];
  const isWords = (index: number): boolean => fields[index] === null && mostly(columns[index] ?? [], isWordy, 0.7);
  const first = fields.findIndex((_, index) => isWords(index));
  const isParts = [first, first + 1].every((index) => isWords(index) && mostly(columns[index] ?? [], isOneWord, 0.6));
  if (first >= 0 && isParts) return fields.with(first, "givenName").with(first + 1, "familyName");
  return first >= 0 ? fields.with(first, "name") : [...fields];
}

function mostly(cells: readonly string[], test: (cell: string) => boolean, share: number): boolean {
  return cells.length > 0 && cells.filter(test).length >= cells.length * share;
}

const isEmailLike = (cell: string): boolean => cell.includes("@") && readEmail(cell).ok;

const isWordy = (cell: string): boolean => cell.length <= 100 && /\p{L}/u.test(cell) && !/[\d@]/.test(cell);

const isOneWord = (cell: string): boolean => !/\s/.test(cell);

/** Tells a number from a date and from an identity number, which has eleven digits and no leading zero. */
export function isPhoneLike(cell: string): boolean {
  if (/^\d{1,2}[-./ ]\d{1,2}[-./ ]\d{2,4}\b|^\d{4}[-./ ]\d{1,2}[-./ ]\d{1,2}\b/.test(cell)) return false;
  const digits = digitsOf(cell.slice(0, 100)).length;
  return digits >= 7 && !/^[1-9]\d{10}$/.test(cell) && readPhone(cell).ok;
}
