// Owns the words for changes that the server did not take.
import { defineText } from "../i18n/i18n.ts";

/** The words of client/shell/Refused.tsx. */
export const refusedText = defineText(
  {
    title: "Kabul edilmeyen değişiklikler",
    body: "Bunlar yalnızca bu cihazda duruyor ve 30 gün sonra silinir. Gerekirse içeriğini kopyalayıp yeniden girin.",
    none: "Kabul edilmeyen değişiklik kalmadı.",
    copy: "Kopyala",
    copied: "Kopyalandı.",
    discard: "Vazgeç",
    discarded: "Değişiklikten vazgeçildi.",
    empty: "İçeriği saklanmadı.",
    text: "Not metni",
    reason: {
      read_only: "Bu kaydı değiştirme hakkınız yok.",
      limit: "Kayıt izin verilenden büyük olacaktı.",
      author: "Başka bir üyenin adına yazılmıştı.",
      erased: "Kayıt silinmiş.",
      other: "Sunucu bu değişikliği geçerli bulmadı.",
    },
  },
  {
    title: "Changes that were not accepted",
    body: "They are on this device only and go after 30 days. Copy what you need and enter it again.",
    none: "No changes are left that were not accepted.",
    copy: "Copy",
    copied: "Copied.",
    discard: "Give up",
    discarded: "The change was given up.",
    empty: "Its content was not kept.",
    text: "Note text",
    reason: {
      read_only: "You may not change this record.",
      limit: "The record would have become larger than allowed.",
      author: "It was written in another member's name.",
      erased: "The record has been erased.",
      other: "The server did not find this change valid.",
    },
  },
);
