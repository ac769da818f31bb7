// Owns the words of the question before a studio is left while changes are in the memory of the tab alone.
import { defineText } from "../i18n/i18n.ts";

/** The words of LeaveUnstored.tsx. */
export const unstoredText = defineText(
  {
    title: "Yazılamayan değişiklikler silinsin mi?",
    goes: "Bu cihaza yazılamayan, yalnız bu sekmede duran değişiklikler; geri getirilemez",
    stays: "Sunucuda ve bu cihazda kayıtlı olan her şey",
    copy: "Kopyala",
    download: "İndir",
    confirm: "Sil ve ayrıl",
  },
  {
    title: "Discard what could not be stored?",
    goes: "Changes that this device could not store and that exist only in this tab; they cannot be brought back",
    stays: "Everything saved on the server and on this device",
    copy: "Copy",
    download: "Download",
    confirm: "Discard and leave",
  },
);
