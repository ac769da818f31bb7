// Owns the words of the sync chip and of its details.
import { defineText } from "../i18n/i18n.ts";

const changes = (count: number): string => `${count} ${count === 1 ? "change" : "changes"}`;

/** The words of the sync chip. */
export const syncWords = defineText(
  {
    opening: "Açılıyor",
    saved: "Kaydedildi",
    saving: "Kaydediliyor",
    held: "Cihazda bekliyor",
    offline: (count: number) => (count === 0 ? "Çevrimdışı" : `Çevrimdışı · ${count} değişiklik cihazda`),
    offlineShort: (count: number) => (count === 0 ? "Çevrimdışı" : `Çevrimdışı · ${count}`),
    not_saved: "Kaydedilmedi",
    refused: (count: number) => `${count} değişiklik kabul edilmedi`,
    refusedShort: (count: number) => `${count} kabul edilmedi`,
    alsoOffline: "çevrimdışı",
    about: {
      opening: "Bu cihazdaki kayıtlar açılıyor.",
      saved: "Yaptığınız her şey bu cihazda ve sunucuda kayıtlı.",
      saving: "Değişiklikleriniz sunucuya gönderiliyor.",
      held: "Sunucu güncelleniyor. Değişiklikleriniz bu cihazda; sunucu hazır olunca kendiliğinden gönderilecek.",
      offline: "Çalışmaya devam edebilirsiniz. Her şey bu cihaza kaydediliyor, bağlanınca kendiliğinden gönderilecek.",
      refused:
        "Sunucu bunları kabul etmedi. Yazdıklarınız bu cihazda duruyor; okuyabilir, kopyalayabilir, yeniden deneyebilir ya da silebilirsiniz.",
    },
    reason: {
      device:
        "Tarayıcı bu cihaza yazamıyor. Sekmeyi kapatmayın. Kaydedilmeyenleri kopyalayın ya da indirin; sonra yeniden deneyin.",
      full: "Cihazda yer kalmadı. Yer açın; kaydedilmeyenleri kopyalayabilir ya da indirebilirsiniz.",
      unacknowledged:
        "Değişiklikleriniz bu cihazda, ama sunucu onaylamadı. Yeniden deneyin. Sürerse kaydedilmeyenleri indirin ve bağlantınızı denetleyin.",
      signed_out: "Değişiklikleriniz bu cihazda. Gönderilmesi için yeniden giriş yapın.",
      other_member:
        "Bu tarayıcıda başka bir üye oturum açmış. Değişiklikleriniz bu cihazda; siz giriş yapınca gönderilecek.",
      unverified: "Değişiklikleriniz bu cihazda. Gönderilmesi için e-posta adresinizi doğrulayın.",
      outdated: "Bu sürüm artık eski. Değişiklikleriniz bu cihazda duruyor; gönderilmesi için Lumiso'yu güncelleyin.",
      stopped: "Uygulamanın bir parçası açılamadı. Şimdi yapacaklarınız kaydedilmez; sayfayı yenileyin.",
    },
    offlineNot:
      "Davet, ekip ve şifre işlemleri ile yeni cihazda giriş için internet gerekir; bağlanınca yapabilirsiniz.",
    since: "Ne zamandan beri",
    lastContact: "Sunucudan son yanıt",
    waiting: "Gönderilmeyi bekleyen",
    refusedCount: "Kabul edilmeyen",
    never: "bu açılışta yok",
    retry: "Yeniden dene",
    signIn: "Giriş yap",
    reload: "Sayfayı yenile",
    copy: "Kopyala",
    download: "İndir",
    show: "Kabul edilmeyenleri göster",
  },
  {
    opening: "Opening",
    saved: "Saved",
    saving: "Saving",
    held: "Waiting here",
    offline: (count: number) => (count === 0 ? "Offline" : `Offline · ${changes(count)} on this device`),
    offlineShort: (count: number) => (count === 0 ? "Offline" : `Offline · ${count}`),
    not_saved: "Not saved",
    refused: (count: number) => `${changes(count)} not accepted`,
    refusedShort: (count: number) => `${count} not accepted`,
    alsoOffline: "offline",
    about: {
      opening: "The records on this device are being opened.",
      saved: "Everything you did is stored on this device and on the server.",
      saving: "Your changes are on their way to the server.",
      held: "The server is being updated. Your changes are on this device and will be sent automatically once it is ready.",
      offline:
        "You can go on working. Everything is stored on this device and will be sent automatically once you are connected.",
      refused:
        "The server did not accept these. What you wrote is still on this device; you can read it, copy it, try again or discard it.",
    },
    reason: {
      device:
        "The browser cannot write to this device. Keep this tab open. Copy or download what is not saved, then try again.",
      full: "This device is full. Free up some space; you can copy or download what is not saved.",
      unacknowledged:
        "Your changes are on this device, but the server has not confirmed them. Try again. If it stays, download what is not saved and check your connection.",
      signed_out: "Your changes are on this device. Sign in again to send them.",
      other_member:
        "Someone else has signed in on this browser. Your changes are on this device and are sent once you sign in.",
      unverified: "Your changes are on this device. Confirm your e-mail address to send them.",
      outdated: "This version is too old now. Your changes are on this device; update Lumiso to send them.",
      stopped: "A part of the app could not be opened. What you do now is not saved; reload the page.",
    },
    offlineNot:
      "Invitations, team and password changes and signing in on a new device need the internet; they work once you are connected.",
    since: "Since",
    lastContact: "Last answer from the server",
    waiting: "Waiting to be sent",
    refusedCount: "Not accepted",
    never: "none since this was opened",
    retry: "Try again",
    signIn: "Sign in",
    reload: "Reload the page",
    copy: "Copy",
    download: "Download",
    show: "Show what was not accepted",
  },
);
