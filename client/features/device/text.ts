// Owns the words of the page about this device.
import { defineText } from "../../i18n/i18n.ts";

/** The words of client/features/device. */
export const deviceText = defineText(
  {
    title: "Bu cihaz",
    storage: {
      title: "Bu cihazdaki veriler",
      kept: "Tarayıcı bu cihazdaki verileri kendiliğinden silmeyeceğini söyledi.",
      evictable:
        "Tarayıcı, cihazda yer kalmazsa ya da Lumiso uzun süre açılmazsa bu verileri silebilir. Sunucuya gönderilmiş olanlar kaybolmaz; yeniden indirilir. Gönderilmemiş değişiklikleriniz varsa Lumiso'yu bağlantı varken açın.",
      asking: "Tarayıcı, verilerin bu cihazda kalması için izninizi soruyor.",
      unknown: "Bu tarayıcı, verileri silip silmeyeceğini söylemiyor. Bağlantı varken Lumiso'yu düzenli açın.",
      ask: "Silinmemesini iste",
      used: "Kullanılan yer",
      of: (used: string, quota: string) => `${used} / en çok ${quota}`,
      usedUnknown: "Bu tarayıcı söylemiyor",
    },
    install: { title: "Uygulama" },
    version: { title: "Sürüm", text: (version: string, model: string) => `${version} (veri modeli ${model})` },
  },
  {
    title: "This device",
    storage: {
      title: "Data on this device",
      kept: "The browser has agreed not to delete the data on this device on its own.",
      evictable:
        "The browser may delete this data when the device runs out of space or Lumiso is not opened for a long time. Nothing that reached the server is lost; it will be downloaded again. If you have unsent changes, open Lumiso while you are online.",
      asking: "The browser is asking for your permission to keep the data on this device.",
      unknown: "This browser does not say whether it deletes data. Open Lumiso regularly while you are online.",
      ask: "Ask to keep it",
      used: "Space used",
      of: (used: string, quota: string) => `${used} of at most ${quota}`,
      usedUnknown: "This browser does not say",
    },
    install: { title: "App" },
    version: { title: "Version", text: (version: string, model: string) => `${version} (data model ${model})` },
  },
);
