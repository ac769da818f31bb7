// Owns the words about who has data on this device.
import { defineText } from "../../i18n/i18n.ts";

/** The words of Members.tsx. */
export const membersText = defineText(
  {
    mine: "Sizin verileriniz",
    others: "Bu cihazdaki diğer üyeler",
    documents: (count: string) => `${count} kayıt`,
    allSent: "her şey gönderildi",
    unsent: (count: string) => `${count} değişiklik gönderilmeyi bekliyor`,
    refused: (count: string) => `${count} değişiklik kabul edilmedi`,
    contact: (when: string) => `Son bağlantı: ${when}`,
    open: "açık",
    wipe: "Bu cihazdan sil",
    openHint: "Açık olan stüdyoyu cihazdan silmek için başka bir stüdyoya geçin ya da çıkış yapın.",
    wipeTitle: (studio: string) => `${studio} bu cihazdan silinsin mi?`,
    goesCopy: "Bu cihazdaki kopya; stüdyoyu açınca yeniden indirilir",
    goesUnsent: (count: string) => `Gönderilmemiş ${count} değişiklik; geri getirilemez`,
    stays: "Sunucuda kayıtlı olan her şey",
    wiped: (studio: string) => `${studio} bu cihazdan silindi.`,
    failed: "Silinemedi. Sayfayı yenileyip yeniden deneyin.",
    otherHint: "Onların verilerini göremezsiniz. Kendi girişleriyle devam eder ya da çıkış yaparak silerler.",
    studios: (count: string) => `${count} stüdyo`,
  },
  {
    mine: "Your data",
    others: "Other members on this device",
    documents: (count: string) => `${count} ${count === "1" ? "record" : "records"}`,
    allSent: "everything is sent",
    unsent: (count: string) => `${count} ${count === "1" ? "change waits" : "changes wait"} to be sent`,
    refused: (count: string) => `${count} ${count === "1" ? "change was" : "changes were"} not accepted`,
    contact: (when: string) => `Last contact: ${when}`,
    open: "open",
    wipe: "Wipe from this device",
    openHint: "To wipe the studio that is open, go to another studio or sign out.",
    wipeTitle: (studio: string) => `Wipe ${studio} from this device?`,
    goesCopy: "The copy on this device; it is fetched again when you open the studio",
    goesUnsent: (count: string) =>
      `${count} ${count === "1" ? "change" : "changes"} that were not sent; they cannot be brought back`,
    stays: "Everything that is on the server",
    wiped: (studio: string) => `${studio} has been wiped from this device.`,
    failed: "It could not be wiped. Reload the page and try again.",
    otherHint: "You cannot see their data. They go on by signing in, or wipe it by signing out.",
    studios: (count: string) => `${count} ${count === "1" ? "studio" : "studios"}`,
  },
);
