// Owns the words of the import screen: choosing, preview, columns, twins, progress, result.
import { defineText } from "../../i18n/i18n.ts";
import type { ColumnField } from "./csv.columns.ts";
import type { FileError } from "./reading.ts";

type Words = {
  readonly title: string;
  readonly people: string;
  readonly closed: { readonly title: string; readonly body: string };
  readonly choose: Record<"failed" | "label" | "hint" | "title" | "body", string>;
  readonly reading: string;
  readonly file: Record<FileError["type"], string> & {
    readonly name: (name: string, text: string) => string;
    readonly broken: string;
  };
  readonly looksLike: Record<"spreadsheet" | "pdf" | "image" | "archive" | "unknown", string>;
  readonly preview: {
    readonly read: (count: string, files: number) => string;
    readonly again: string;
    readonly import: (count: string) => string;
    readonly none: string;
    readonly more: (count: string) => string;
    readonly table: string;
    readonly tabs: string;
    readonly ready: string;
    readonly twins: string;
    readonly problems: string;
    readonly noTwins: string;
    readonly noProblems: string;
    readonly noReady: string;
    readonly nobody: string;
    readonly note: string;
    readonly extra: (count: number) => string;
  };
  readonly columns: {
    readonly title: (file: string) => string;
    readonly hint: string;
    readonly heading: string;
    readonly column: (heading: string) => string;
    readonly nameless: (place: number) => string;
    readonly sample: (value: string) => string;
  };
  readonly column: Record<ColumnField, string>;
  readonly twin: {
    readonly hint: string;
    readonly studio: (name: string) => string;
    readonly files: (name: string) => string;
    readonly skip: string;
    readonly add: string;
    readonly addAll: string;
    readonly choice: (name: string) => string;
  };
  readonly run: {
    readonly running: string;
    readonly undoing: string;
    readonly now: string;
    readonly nowUndo: string;
    readonly left: string;
    readonly show: string;
  };
  readonly result: {
    readonly title: (count: string) => string;
    readonly cancelled: (count: string, left: string) => string;
    readonly skipped: (count: string) => string;
    readonly failed: (count: string) => string;
    readonly offline: string;
    readonly undo: string;
    readonly go: string;
    readonly another: string;
    readonly undone: (count: string) => string;
    readonly undoneBody: string;
  };
  readonly extra: { readonly phones: string; readonly emails: string };
};

const tr: Words = {
  title: "İçe aktar",
  people: "Kişiler",
  closed: {
    title: "İçe aktarma rolünüze açık değil",
    body: "Kişi ekleyebilen roller içe aktarabilir. Gerekiyorsa stüdyo sahibine sorun.",
  },
  choose: {
    failed: "Paylaşılan dosya alınamadı. Dosyayı buradan seçin.",
    label: "Kişi dosyası",
    title: "Rehberinizi getirin",
    body: "Telefonunuzdan, Gmail'den, Outlook'tan ya da bir tablodan dışa aktardığınız dosyayı seçin. Dosya bu cihazda okunur; siz onaylamadan kimse eklenmez.",
    hint: "vCard (.vcf) ya da CSV (.csv, .txt). Birkaç dosyayı birlikte seçebilirsiniz.",
  },
  reading: "Dosya okunuyor…",
  file: {
    name: (name, text) => `${name}: ${text}`,
    broken: "Okuma yarıda kaldı. Dosyayı yeniden seçin.",
    empty: "Dosya boş.",
    too_large: "Dosya çok büyük (en çok 50 MB). Bölerek deneyin.",
    not_text: "Bu bir kişi dosyası değil.",
    no_contacts: "Dosyada kişi bulunamadı.",
    too_many: "Dosyada 100.000'den çok kişi var. Bölerek deneyin.",
    unreadable: "Dosya açılamadı; taşınmış ya da değişmiş olabilir. Yeniden seçin.",
  },
  looksLike: {
    spreadsheet: "Bu bir Excel dosyası. Excel'de “Farklı kaydet → CSV UTF-8” ile kaydedip onu seçin.",
    pdf: "Bu bir PDF. Kişileri vCard ya da CSV olarak dışa aktarın.",
    image: "Bu bir resim. Kişileri vCard ya da CSV olarak dışa aktarın.",
    archive: "Bu bir arşiv dosyası. Açıp içindeki .vcf ya da .csv dosyasını seçin.",
    unknown: "Bu dosya okunamıyor. vCard (.vcf) ya da CSV (.csv) seçin.",
  },
  preview: {
    read: (count, files) => (files === 1 ? `${count} kişi okundu` : `${files} dosyadan ${count} kişi okundu`),
    again: "Başka dosya seç",
    import: (count) => `${count} kişiyi ekle`,
    none: "Eklenecek kişi yok",
    more: (count) => `ve ${count} kişi daha`,
    table: "Eklenecek kişiler",
    tabs: "Okunanlar",
    ready: "Eklenecek",
    twins: "Zaten kayıtlı",
    problems: "Okunamayan",
    noTwins: "Okunan kişilerden hiçbiri kayıtlı değil.",
    noProblems: "Her şey okundu.",
    nobody: "Bu sütunlarla kimse bulunamadı. Ad, telefon ya da e-posta sütununu seçin.",
    noReady: "Eklenecek yeni kişi yok. “Zaten kayıtlı” sekmesinden yine de ekleyebilirsiniz.",
    note: "not var",
    extra: (count) => `+${count}`,
  },
  columns: {
    title: (file) => `Sütunlar: ${file}`,
    hint: "Her sütunun ne olduğunu denetleyin; değiştirdiğinizde önizleme yenilenir.",
    heading: "İlk dolu satır başlık",
    column: (heading) => `“${heading}” sütunu`,
    nameless: (place) => `${place}. sütun`,
    sample: (value) => `Örnek: ${value}`,
  },
  column: {
    ignored: "Alınmasın",
    name: "Ad soyad",
    namePrefix: "Unvan (önde)",
    givenName: "Ad",
    middleName: "İkinci ad",
    familyName: "Soyad",
    nameSuffix: "Ek (sonda)",
    nickname: "Takma ad",
    organisation: "Şirket",
    mobile: "Cep telefonu",
    phone: "Telefon",
    fax: "Faks",
    email: "E-posta",
    address: "Adres",
    street: "Sokak",
    addressPart: "Adresin devamı",
    note: "Not",
  },
  twin: {
    hint: "Telefonu ya da e-postası eşleşenler atlanır. Farklı kişilerse yine de ekleyin.",
    studio: (name) => `Stüdyonuzda: ${name}`,
    files: (name) => `Dosyada daha önce: ${name}`,
    skip: "Atla",
    add: "Yine de ekle",
    addAll: "Hepsini yine de ekle",
    choice: (name) => `${name}: yine de ekle`,
  },
  run: {
    running: "Kişiler ekleniyor",
    undoing: "İçe aktarma geri alınıyor",
    now: "Bu ekrandan ayrılabilirsiniz; ekleme sürer. Sekmeyi kapatmayın.",
    nowUndo: "Eklenen kişiler çöpe atılıyor.",
    left: "İçe aktarma arka planda sürüyor.",
    show: "Göster",
  },
  result: {
    title: (count) => `${count} kişi eklendi`,
    cancelled: (count, left) => `Durduruldu: ${count} kişi eklendi, ${left} kişi eklenmedi. Eklenenler duruyor.`,
    skipped: (count) => `${count} kişi zaten kayıtlı olduğu için atlandı.`,
    failed: (count) => `${count} kişi bu cihaza yazılamadı; dosyayı yeniden seçip deneyebilirsiniz.`,
    offline: "Hepsi bu cihazda kayıtlı; bağlanınca kendiliğinden gönderilecek.",
    undo: "Hepsini geri al",
    go: "Kişilere git",
    another: "Başka dosya seç",
    undone: (count) => `${count} kişi çöpe atıldı`,
    undoneBody: "İçe aktarma geri alındı. Daha önce kayıtlı olan kimse değişmedi.",
  },
  extra: { phones: "Diğer telefonlar", emails: "Diğer e-postalar" },
};

const people = (count: string): string => `${count} ${count === "1" ? "person" : "people"}`;

const en: Words = {
  title: "Import",
  people: "People",
  closed: {
    title: "Your role cannot import people",
    body: "Only roles that can add people can import them. Ask the studio's owner if you need this.",
  },
  choose: {
    failed: "The shared file could not be read. Choose it here.",
    label: "Contacts file",
    title: "Bring your contacts",
    body: "Choose a file exported from your phone, Gmail, Outlook or a table. It is read on this device; nobody is added until you confirm.",
    hint: "vCard (.vcf) or CSV (.csv, .txt). You can choose several files at once.",
  },
  reading: "Reading the file…",
  file: {
    name: (name, text) => `${name}: ${text}`,
    broken: "Reading was interrupted. Choose the file again.",
    empty: "The file is empty.",
    too_large: "The file is too large (50 MB at most). Split it and try again.",
    not_text: "This is not a contacts file.",
    no_contacts: "There are no people in this file.",
    too_many: "There are more than 100,000 people in the file. Split it and try again.",
    unreadable: "The file could not be opened; it may have been moved or changed. Choose it again.",
  },
  looksLike: {
    spreadsheet: "This is an Excel file. Save it in Excel as “CSV UTF-8” and choose that.",
    pdf: "This is a PDF. Export the people as vCard or CSV.",
    image: "This is a picture. Export the people as vCard or CSV.",
    archive: "This is an archive. Open it and choose the .vcf or .csv file in it.",
    unknown: "This file cannot be read. Choose a vCard (.vcf) or CSV (.csv) file.",
  },
  preview: {
    read: (count, files) => (files === 1 ? `${people(count)} read` : `${people(count)} read from ${files} files`),
    again: "Choose another file",
    import: (count) => `Add ${people(count)}`,
    none: "Nobody to add",
    more: (count) => `and ${count} more`,
    table: "People to add",
    tabs: "What was read",
    ready: "To add",
    twins: "Already there",
    problems: "Not read",
    noTwins: "None of these people is there already.",
    noProblems: "Everything was read.",
    nobody: "No people were found with these columns. Choose the column of names, phones or e-mail addresses.",
    noReady: "Nobody new to add. You can still add some under “Already there”.",
    note: "has a note",
    extra: (count) => `+${count}`,
  },
  columns: {
    title: (file) => `Columns: ${file}`,
    hint: "Check what each column is; the preview follows your changes.",
    heading: "The first filled row is a heading",
    column: (heading) => `Column “${heading}”`,
    nameless: (place) => `Column ${place}`,
    sample: (value) => `Example: ${value}`,
  },
  column: {
    ignored: "Leave out",
    name: "Full name",
    namePrefix: "Title (before)",
    givenName: "First name",
    middleName: "Middle name",
    familyName: "Last name",
    nameSuffix: "Suffix (after)",
    nickname: "Nickname",
    organisation: "Company",
    mobile: "Mobile phone",
    phone: "Phone",
    fax: "Fax",
    email: "E-mail",
    address: "Address",
    street: "Street",
    addressPart: "Rest of the address",
    note: "Note",
  },
  twin: {
    hint: "People whose phone number or e-mail address is already there are left out. If they are different people, add them anyway.",
    studio: (name) => `In your studio: ${name}`,
    files: (name) => `Earlier in the file: ${name}`,
    skip: "Skip",
    add: "Add anyway",
    addAll: "Add all anyway",
    choice: (name) => `${name}: add anyway`,
  },
  run: {
    running: "Adding people",
    undoing: "Undoing the import",
    now: "You can leave this screen; the import continues. Keep the tab open.",
    nowUndo: "The people added are moved to the trash.",
    left: "The import continues in the background.",
    show: "Show",
  },
  result: {
    title: (count) => `${people(count)} added`,
    cancelled: (count, left) => `Stopped after adding ${people(count)}; ${left} were not added. Those added stay.`,
    skipped: (count) => `Skipped because already there: ${people(count)}.`,
    failed: (count) => `Could not be written to this device: ${people(count)}. Choose the file again to retry.`,
    offline: "All of them are on this device; they will be sent automatically once you are connected.",
    undo: "Undo all",
    go: "Go to people",
    another: "Choose another file",
    undone: (count) => `${people(count)} moved to the trash`,
    undoneBody: "The import was undone. Nobody who was already there was changed.",
  },
  extra: { phones: "Other phone numbers", emails: "Other e-mail addresses" },
};

/** The words of client/features/import. */
export const importText = defineText(tr, en);
