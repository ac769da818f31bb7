// Owns the words of installing: the quiet offer, and the way on each platform.
import { defineText } from "../i18n/i18n.ts";

/** The words of installing. */
export const installText = defineText(
  {
    offer: "Lumiso'yu uygulama olarak yükleyin: kendi penceresinde açılır, bağlantı olmasa da çalışır.",
    offerShare:
      "Müşteri bilgilerini girmeden önce Lumiso'yu Ana Ekrana ekleyin. Safari, bir süre açılmayan sitelerin verisini silebilir. Ana Ekrandaki uygulamanın verisi Safari'den ayrıdır; orada bir kez giriş yaparsınız.",
    accept: "Yükle",
    decline: "Bir daha sorma",
    later: "Şimdi değil",
    steps: {
      share: "Tarayıcıda Paylaş düğmesine dokunun",
      add: "“Ana Ekrana Ekle”yi seçin",
      open: "Lumiso'yu Ana Ekrandan açıp giriş yapın",
    },
    installed: "Lumiso bu cihazda uygulama olarak yüklü.",
    none: "Bu tarayıcı şu anda yükleme önermiyor; Lumiso burada sekmede çalışır.",
  },
  {
    offer: "Install Lumiso as an app: it opens in a window of its own and works without a connection.",
    offerShare:
      "Add Lumiso to the Home Screen before you enter clients. Safari may delete the data of sites that have not been opened for a while. The app on the Home Screen keeps its data apart from Safari; you sign in there once.",
    accept: "Install",
    decline: "Do not ask again",
    later: "Not now",
    steps: {
      share: "Tap the Share button of the browser",
      add: "Choose “Add to Home Screen”",
      open: "Open Lumiso from the Home Screen and sign in",
    },
    installed: "Lumiso is installed on this device as an app.",
    none: "This browser does not offer installing now; Lumiso works here in a tab.",
  },
);
