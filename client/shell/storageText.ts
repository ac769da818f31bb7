// Owns the words about this device's storage: cleared by the browser, full, or wanted by another tab.
import { defineText } from "../i18n/i18n.ts";

/** The words of StorageNotice.tsx. */
export const storageText = defineText(
  {
    cleared:
      "Tarayıcı bu stüdyonun bu cihazdaki kopyasını silmiş. Sunucudan yeniden alınıyor. Bu cihazdan henüz gönderilmemiş değişiklikler varsa geri gelmez.",
    clearedOffline:
      "Tarayıcı bu stüdyonun bu cihazdaki kopyasını silmiş. Bağlanınca sunucudan yeniden alınacak. Bu cihazdan henüz gönderilmemiş değişiklikler varsa geri gelmez.",
    rescued: (count: number) => `Bu sekmede açık olan ${count} kayıttaki değişiklikler korundu.`,
    full: "Cihazda yer kalmadı, değişiklikler bu cihaza yazılamıyor. Bu sekmeyi kapatmayın; cihazda yer açın. Kendiliğinden yeniden denenir.",
    freed: (count: number) =>
      `Cihazda yer azaldı: uzun süredir açılmayan ${count} kayıt bu cihazdan çıkarıldı. Sunucuda duruyorlar ve açınca yeniden gelirler. Cihazda yer açın.`,
    newer: "Lumiso'nun yeni sürümü başka bir sekmede açıldı. Bu sekmeyi yenileyin; kaydedilenler duruyor.",
    blocked: "Lumiso başka bir sekmede eski sürümle açık. Önce o sekmeyi kapatın, sonra bu sayfayı yenileyin.",
    lost: "Tarayıcı bu cihazdaki depoyu kapattı. Yeniden açılması deneniyor; bu sekmeyi kapatmayın.",
    reload: "Yenile",
    close: "Tamam",
  },
  {
    cleared:
      "The browser has cleared this studio's copy on this device. It is being fetched again from the server. Changes not yet sent from this device will not come back.",
    clearedOffline:
      "The browser has cleared this studio's copy on this device. It will be fetched again once you are connected. Changes not yet sent from this device will not come back.",
    rescued: (count: number) => `Changes in ${count} ${count === 1 ? "record" : "records"} open in this tab were kept.`,
    full: "This device is full, so changes cannot be stored on it. Keep this tab open and free up some space; saving is retried automatically.",
    freed: (count: number) =>
      `This device is running out of space: ${count} ${count === 1 ? "record" : "records"} not opened for a long time ${count === 1 ? "was" : "were"} removed from it. They are on the server and come back when opened. Free up some space.`,
    newer: "A newer version of Lumiso was opened in another tab. Reload this tab; what is saved stays.",
    blocked: "Another tab still has an older version of Lumiso open. Close that tab, then reload this page.",
    lost: "The browser has closed the storage on this device. It is being opened again; keep this tab open.",
    reload: "Reload",
    close: "OK",
  },
);
