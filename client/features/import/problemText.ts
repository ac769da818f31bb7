// Owns the words for what could not be read as it stands: what, where, and what became of it.
import { defineText } from "../../i18n/i18n.ts";
import type { ImportField, ImportProblemType, ProblemFate } from "./entry.ts";

type Words = {
  readonly problem: Record<ImportProblemType, string>;
  readonly about: Record<ImportField, string>;
  readonly line: (line: number) => string;
  readonly fate: Record<ProblemFate, string>;
};

const tr: Words = {
  problem: {
    no_contact_data: "Ad, telefon ve e-posta yok",
    group_skipped: "Kişi değil, grup",
    row_before_heading: "Başlıktan önceki satır",
    field_too_long: "Çok uzun",
    bad_email: "Geçerli bir e-posta değil",
    bad_phone: "Geçerli bir telefon değil",
    photo_skipped: "Fotoğraf alınmaz",
    field_skipped: "Bu alan alınmaz",
    extra_value_skipped: "Fazlası alınmaz",
    broken_card: "Kart bozuk ya da yarım",
    text_outside_cards: "Kartların dışında metin",
    too_many_columns: "Satırda fazla sütun var",
    too_few_columns: "Satırda eksik sütun var",
    broken_quotes: "Kapanmamış tırnak işareti",
    no_name: "Ad yok; telefon ya da e-posta ad oldu",
    unknown_charset: "Karakter kodlaması bilinmiyor",
    bad_characters: "Bazı harfler okunamadı",
    duplicate_in_file: "Dosyada iki kez",
  },
  about: {
    name: "ad",
    phone: "telefon",
    email: "e-posta",
    address: "adres",
    note: "not",
    photo: "fotoğraf",
    birthday: "doğum günü",
    organisation: "şirket",
    other: "diğer alan",
  },
  line: (line) => `${line}. satır`,
  fate: { not_taken: "Kişi alınmadı", left_out: "Bir bölümü alınmadı", notice: "Alındı, denetleyin" },
};

const en: Words = {
  problem: {
    no_contact_data: "No name, phone or e-mail",
    group_skipped: "A group, not a person",
    row_before_heading: "Row before the heading",
    field_too_long: "Too long",
    bad_email: "Not a valid e-mail address",
    bad_phone: "Not a valid phone number",
    photo_skipped: "Photos are not taken",
    field_skipped: "This field is not taken",
    extra_value_skipped: "More than can be taken",
    broken_card: "Broken or unfinished card",
    text_outside_cards: "Text outside cards",
    too_many_columns: "Too many columns in the row",
    too_few_columns: "Too few columns in the row",
    broken_quotes: "Quotation mark never closed",
    no_name: "No name; the phone or e-mail stands for it",
    unknown_charset: "Unknown character encoding",
    bad_characters: "Some letters could not be read",
    duplicate_in_file: "Twice in the file",
  },
  about: {
    name: "name",
    phone: "phone",
    email: "e-mail",
    address: "address",
    note: "note",
    photo: "photo",
    birthday: "birthday",
    organisation: "company",
    other: "other field",
  },
  line: (line) => `Line ${line}`,
  fate: { not_taken: "Person not taken", left_out: "A part not taken", notice: "Taken, please check" },
};

/** The words for problems of a file. */
export const problemText = defineText(tr, en);
