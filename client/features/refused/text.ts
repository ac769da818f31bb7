// Owns the words of the place where changes stand that the server did not accept.
import { defineText } from "../../i18n/i18n.ts";

/** The words of client/features/refused. */
export const refusedText = defineText(
  {
    title: "Kabul edilmeyenler",
    body: "Bunlar yalnızca bu cihazda duruyor; 30 gün sonra ya da kaydı silinince kendiliğinden silinir.",
    none: {
      title: "Kabul edilmeyen değişiklik yok",
      body: "Sunucu bir değişikliğinizi kabul etmezse burada durur: okur, kopyalar, yeniden dener ya da silersiniz.",
      act: "Kişilere dön",
    },
    meant: (when: string) => `${when} yapıldı`,
    copy: "Kopyala",
    copyAll: "Tümünü kopyala",
    downloadAll: "Tümünü indir",
    retry: "Yeniden dene",
    giveUp: "Sil",
    giveUpAll: "Tümünü sil",
    copied: "Kopyalandı.",
    downloaded: "İndirildi.",
    file: "lumiso-kabul-edilmeyenler",
    retried: "Yeniden yapıldı; gönderiliyor.",
    givenUp: (count: number) => `${count} değişiklik silindi.`,
    notBack: "Kaydı silindiği için geri getirilemedi.",
    empty: "İçeriği saklanmadı.",
    open: (name: string) => `${name}: kişiyi aç`,
  },
  {
    title: "Not accepted",
    body: "These are only on this device. They are removed after 30 days, or when their record is erased.",
    none: {
      title: "Nothing was refused",
      body: "If the server does not accept one of your changes, it is kept here for you to read, copy, try again or discard.",
      act: "Back to people",
    },
    meant: (when: string) => `Made ${when}`,
    copy: "Copy",
    copyAll: "Copy all",
    downloadAll: "Download all",
    retry: "Try again",
    giveUp: "Discard",
    giveUpAll: "Discard all",
    copied: "Copied.",
    downloaded: "Downloaded.",
    file: "lumiso-not-accepted",
    retried: "Done again; it is being sent.",
    givenUp: (count: number) => (count === 1 ? "The change was discarded." : `${count} changes were discarded.`),
    notBack: "It could not be brought back: its record was erased.",
    empty: "Its content was not kept.",
    open: (name: string) => `${name}: open person`,
  },
);
