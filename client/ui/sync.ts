// Owns the one honest state of saving, and its words. Never finds out the state: the store tells it.
import { defineText } from "../i18n/i18n.ts";

/** What the chip can say. Source: interface.md §5. */
export const syncKinds = ["saved", "saving", "offline", "not_saved", "refused"] as const;

export type SyncKind = (typeof syncKinds)[number];

/** Why something is not saved: the device's storage failed, or the server has not answered. */
export type NotSavedReason = "device" | "unacknowledged" | "full" | "signed_out";

/** The state of saving as a plain value. Units: instants ISO UTC; counts are changes. */
export type SyncState = {
  readonly kind: SyncKind;
  /** Changes on this device that the server has not confirmed; for `refused` the changes that it did not take. */
  readonly count: number;
  /** Since when this state holds. */
  readonly since: string | null;
  /** When the server last answered. */
  readonly lastContact: string | null;
  readonly reason?: NotSavedReason;
};

/** What the member can do about it; absent acts are not offered. */
export type SyncActs = {
  readonly onRetry?: (() => void) | undefined;
  readonly onExport?: (() => void) | undefined;
  readonly onShowRefused?: (() => void) | undefined;
};

/** The words of the sync chip. */
export const syncWords = defineText(
  {
    saved: "Kaydedildi",
    saving: "Kaydediliyor",
    offline: (count: number) => (count === 0 ? "Çevrimdışı" : `Çevrimdışı · ${count} değişiklik cihazda`),
    offlineShort: (count: number) => (count === 0 ? "Çevrimdışı" : `Çevrimdışı · ${count}`),
    not_saved: "Kaydedilmedi",
    refused: (count: number) => `${count} değişiklik kabul edilmedi`,
    refusedShort: (count: number) => `${count} reddedildi`,
    about: {
      saved: "Yaptığınız her şey bu cihazda ve sunucuda kayıtlı.",
      saving: "Değişiklikleriniz bu cihaza kaydedildi, sunucuya gönderiliyor.",
      offline: "Çalışmaya devam edebilirsiniz. Her şey bu cihaza kaydediliyor, bağlanınca kendiliğinden gönderilecek.",
      refused:
        "Sunucu bu değişiklikleri kabul etmedi. Yazdığınız bu cihazda duruyor; kopyalayabilir ya da vazgeçebilirsiniz.",
    },
    reason: {
      device:
        "Tarayıcı bu cihaza yazamadı. Sekmeyi kapatmayın; yer açıp yeniden deneyin ya da değişiklikleri dışa aktarın.",
      full: "Cihazda yer kalmadı. Sekmeyi kapatmayın; yer açıp yeniden deneyin ya da değişiklikleri dışa aktarın.",
      unacknowledged:
        "Değişiklikleriniz bu cihazda, ama sunucu henüz onaylamadı. Bağlantınızı denetleyip yeniden deneyin.",
      signed_out: "Değişiklikleriniz bu cihazda. Gönderilmesi için yeniden giriş yapın.",
    },
    offlineNot: "Şimdi olmayanlar: davet, ekip ve şifre işlemleri, yeni cihazda giriş.",
    since: "Ne zamandan beri",
    lastContact: "Son bağlantı",
    waiting: "Bekleyen değişiklik",
    never: "henüz yok",
    retry: "Yeniden dene",
    export: "Dışa aktar",
    show: "Değişiklikleri göster",
  },
  {
    saved: "Saved",
    saving: "Saving",
    offline: (count: number) =>
      count === 0 ? "Offline" : `Offline · ${count} ${count === 1 ? "change" : "changes"} on this device`,
    offlineShort: (count: number) => (count === 0 ? "Offline" : `Offline · ${count}`),
    not_saved: "Not saved",
    refused: (count: number) => `${count} ${count === 1 ? "change" : "changes"} not accepted`,
    refusedShort: (count: number) => `${count} refused`,
    about: {
      saved: "Everything you did is stored on this device and on the server.",
      saving: "Your changes are stored on this device and on their way to the server.",
      offline:
        "You can go on working. Everything is stored on this device and is sent by itself once you are connected.",
      refused:
        "The server did not accept these changes. What you wrote is still on this device; you can copy it or give it up.",
    },
    reason: {
      device:
        "The browser could not write to this device. Keep this tab open; free some space and try again, or export the changes.",
      full: "There is no space left on the device. Keep this tab open; free some space and try again, or export the changes.",
      unacknowledged:
        "Your changes are on this device, but the server has not confirmed them yet. Check your connection and try again.",
      signed_out: "Your changes are on this device. Sign in again to send them.",
    },
    offlineNot: "Not possible now: invitations, team and password changes, signing in on a new device.",
    since: "Since",
    lastContact: "Last contact",
    waiting: "Changes waiting",
    never: "not yet",
    retry: "Try again",
    export: "Export",
    show: "Show the changes",
  },
);
