// Owns the words of the place where changes stand that the server did not accept.
import { defineText } from "../../i18n/i18n.ts";

/** The words of client/features/refused. */
export const refusedText = defineText(
  {
    title: "Kabul edilmeyenler",
    body: "Bunlar yalnızca bu cihazda duruyor; 30 gün sonra ya da kaydı silinince kendiliğinden silinir.",
    none: {
      title: "Kabul edilmeyen değişiklik yok",
      body: "Sunucu bir değişikliğinizi kabul etmezse burada durur: okur, kopyalar, yeniden dener ya da vazgeçersiniz.",
      act: "Kişilere dön",
    },
    meant: (when: string) => `${when} yapıldı`,
    copy: "Kopyala",
    copyAll: "Tümünü kopyala",
    downloadAll: "Tümünü indir",
    retry: "Yeniden dene",
    giveUp: "Vazgeç",
    giveUpAll: "Tümünden vazgeç",
    copied: "Kopyalandı.",
    downloaded: "İndirildi.",
    file: "lumiso-kabul-edilmeyenler",
    retried: "Yeniden yapıldı; gönderiliyor.",
    givenUp: (count: number) => (count === 1 ? "Değişiklikten vazgeçildi." : `${count} değişiklikten vazgeçildi.`),
    notBack: "Kaydı silindiği için geri getirilemedi.",
    empty: "İçeriği saklanmadı.",
    open: (name: string) => `${name}: kişiyi aç`,
  },
  {
    title: "Not accepted",
    body: "These are on this device only; they go after 30 days, or when their record is erased.",
    none: {
      title: "Nothing was refused",
      body: "If the server does not accept a change of yours, it stands here: to read, copy, try again or give up.",
      act: "Back to people",
    },
    meant: (when: string) => `Made ${when}`,
    copy: "Copy",
    copyAll: "Copy all",
    downloadAll: "Download all",
    retry: "Try again",
    giveUp: "Give up",
    giveUpAll: "Give all up",
    copied: "Copied.",
    downloaded: "Downloaded.",
    file: "lumiso-not-accepted",
    retried: "Done again; it is being sent.",
    givenUp: (count: number) => (count === 1 ? "The change was given up." : `${count} changes were given up.`),
    notBack: "It could not be brought back: its record was erased.",
    empty: "Its content was not kept.",
    open: (name: string) => `${name}: open person`,
  },
);
