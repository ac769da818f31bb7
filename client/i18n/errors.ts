// Owns the words for every way a call can fail: what happened and what to do, by type. Never shows a server's message.
import type { ApiError, ApiErrorType } from "../api.ts";
import { defineText, useText } from "./i18n.ts";

type Words = Record<ApiErrorType, string> & { readonly wait: (seconds: number) => string };

const tr: Words = {
  offline: "Bağlantı yok. Bu işlem için internet gerekir; bağlanınca yeniden deneyin.",
  unreachable: "Sunucuya ulaşılamadı. Bağlantınızı denetleyip yeniden deneyin.",
  unexpected: "Beklenmeyen bir yanıt geldi. Sayfayı yenileyip yeniden deneyin.",
  signed_out: "Oturumunuz kapanmış. Yeniden giriş yapın.",
  other_member: "Bu tarayıcıda başka bir üye oturum açmış. Sayfayı yenileyin.",
  wrong_credentials: "E-posta adresi ya da şifre doğru değil.",
  email_unverified: "Önce e-posta adresinizi doğrulayın; bağlantı posta kutunuzda.",
  forbidden: "Rolünüz bu işleme izin vermiyor. Stüdyo sahibine sorun.",
  wrong_origin: "Bu adres sunucunun beklediği adres değil. Sayfayı doğru adresten açın.",
  not_found: "Aradığınız bulunamadı ya da size açık değil.",
  email_taken: "Bu adresle bir hesap var. Giriş yapın ya da şifrenizi yenileyin.",
  already_member: "Bu adres zaten ekibinizde.",
  last_owner: "Stüdyonun en az bir sahibi olmalı. Önce başka birini sahip yapın.",
  wrong_account: "Bu davet başka bir adrese gönderilmiş. O adresle giriş yapın.",
  outdated: "Lumiso'nun bu sürümü eskidi. Güncelleyip yeniden deneyin; değişiklikleriniz bu cihazda duruyor.",
  ahead: "Sunucu güncelleniyor. Birazdan yeniden deneyin; değişiklikleriniz bu cihazda duruyor.",
  token_invalid: "Bağlantının süresi dolmuş ya da daha önce kullanılmış. Yenisini isteyin.",
  erased: "Bu kayıt silinmiş.",
  too_large: "Gönderilen çok büyük. Daha küçük parçalarla deneyin.",
  malformed: "Gönderilen okunamadı. Sayfayı yenileyip yeniden deneyin.",
  invalid: "Bazı alanlar eksik ya da hatalı.",
  refused: "Değişiklik kabul edilmedi. Yazdığınız cihazınızda duruyor.",
  too_fast: "Kısa sürede çok fazla deneme oldu. Biraz bekleyip yeniden deneyin.",
  locked_out: "Çok sayıda yanlış deneme oldu; giriş bir süre kapalı. Bekleyin ya da şifrenizi yenileyin.",
  later: "Sunucu şu an meşgul. Birazdan yeniden deneyin.",
  key_missing: "Bu kaydın anahtarı sunucuda bulunamadı. Stüdyo sahibine bildirin.",
  internal: "Sunucuda bir arıza oldu. Birazdan yeniden deneyin; sürerse kodu bize iletin.",
  wait: (seconds) =>
    seconds < 90 ? `${seconds} saniye sonra deneyin.` : `${Math.ceil(seconds / 60)} dakika sonra deneyin.`,
};

const en: Words = {
  offline: "You are offline. This needs the internet; try again once you are connected.",
  unreachable: "The server could not be reached. Check your connection and try again.",
  unexpected: "The answer was not what we expected. Reload the page and try again.",
  signed_out: "You have been signed out. Sign in again.",
  other_member: "Someone else has signed in on this browser. Reload the page.",
  wrong_credentials: "The e-mail address or the password is not right.",
  email_unverified: "Confirm your e-mail address first; the link is in your inbox.",
  forbidden: "Your role does not allow this. Ask the studio's owner.",
  wrong_origin: "This is not the address the server expects. Open the page at its proper address.",
  not_found: "What you are looking for does not exist or is not open to you.",
  email_taken: "There is already an account with this address. Sign in or reset your password.",
  already_member: "This address is already in your team.",
  last_owner: "A studio needs at least one owner. Make someone else an owner first.",
  wrong_account: "This invitation was sent to another address. Sign in with that one.",
  outdated: "This version of Lumiso is too old. Update it and try again; your changes are kept on this device.",
  ahead: "The server is being updated. Try again in a moment; your changes are kept on this device.",
  token_invalid: "This link has expired or was already used. Ask for a new one.",
  erased: "This record has been erased.",
  too_large: "That is too large to send. Try smaller parts.",
  malformed: "What was sent could not be read. Reload the page and try again.",
  invalid: "Some fields are missing or incorrect.",
  refused: "The change was not accepted. What you wrote is still on your device.",
  too_fast: "Too many tries in a short time. Wait a little and try again.",
  locked_out: "Too many wrong tries; signing in is closed for a while. Wait, or reset your password.",
  later: "The server is busy. Try again in a moment.",
  key_missing: "The key of this record is missing on the server. Tell the studio's owner.",
  internal: "Something broke on the server. Try again in a moment; if it stays, send us the code.",
  wait: (seconds) =>
    seconds < 90 ? `Try again in ${seconds} seconds.` : `Try again in ${Math.ceil(seconds / 60)} minutes.`,
};

const errorWords = defineText(tr, en);

/** Words a failed call in the chosen language. Rule: UI3. */
export function useErrorText(): (error: ApiError) => string {
  const t = useText(errorWords);
  return (error) => {
    const text = t(error.type);
    return error.retryAfterMs === undefined ? text : `${text} ${t("wait", Math.ceil(error.retryAfterMs / 1000))}`;
  };
}
