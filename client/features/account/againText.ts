// Owns the words of signing in again over a screen; few, because the first chunk holds them.
import { defineText } from "../../i18n/i18n.ts";

/** The words of SignInDialog.tsx and shell/SignInAgain.tsx. */
export const againText = defineText(
  {
    bar: "Oturumunuzun süresi doldu. Çalışmaya devam edebilirsiniz; göndermek için giriş yapın.",
    act: "Giriş yap",
    title: "Yeniden giriş yapın",
    body: "Değişiklikleriniz bu cihazda duruyor; giriş yapınca gönderilir.",
  },
  {
    bar: "Your session has run out. You can go on working; sign in to send.",
    act: "Sign in",
    title: "Sign in again",
    body: "Your changes are on this device; they are sent once you sign in.",
  },
);
