// Owns the words for an act that was not done. Never decides what to do about it.
import type { LimitOf } from "../../shared/limits.ts";
import type { ActError } from "../store/act.ts";
import { defineText, useText } from "./i18n.ts";

type LimitWords = Record<LimitOf, (limit: number) => string>;
type Words = Record<Exclude<ActError["type"], "limit">, string> & { readonly limit: LimitWords };

const tr: Words = {
  not_found: "Bu kayıt artık yok. Bir iş arkadaşınız silmiş olabilir.",
  exists: "Bu kayıt zaten var.",
  limit: {
    notes: (limit) => `Bir kişiye en çok ${limit} not yazılabilir. Var olan bir nota ekleyin.`,
    customFields: (limit) =>
      `Bir stüdyoda, çöptekilerle birlikte en çok ${limit} alan olabilir. Var olan bir alanı kullanın.`,
    person: () => "Bu kişinin kaydı doldu; yazdığınız eklenmedi. Eski, uzun notları kısaltın, sonra yeniden deneyin.",
    studio: () => "Stüdyo ayarlarının kaydı doldu; değişiklik yapılmadı. Uzun seçenek listelerini kısaltın.",
  },
  invalid: "Bazı alanlar eksik ya da yanlış.",
  not_stored: "Tarayıcı bu cihaza yazamadı. Sekmeyi kapatmayın; yazdığınız ekranda duruyor ve yeniden denenecek.",
  read_only: "Rolünüz buna izin vermiyor. Stüdyo sahibine sorun.",
  not_here: "Bu kayıt artık bu cihazda değil; değişiklik yapılmadı.",
};

const en: Words = {
  not_found: "This record no longer exists. A colleague may have removed it.",
  exists: "This record already exists.",
  limit: {
    notes: (limit) => `A person can have at most ${limit} notes. Add to an existing one.`,
    customFields: (limit) =>
      `A studio can have at most ${limit} fields, including those in the trash. Use an existing one.`,
    person: () => "This person's record is full; what you wrote was not added. Shorten old, long notes and try again.",
    studio: () => "The record of the studio's settings is full; nothing was changed. Shorten long lists of choices.",
  },
  invalid: "Some fields are missing or incorrect.",
  not_stored:
    "The browser could not write to this device. Keep this tab open; what you wrote is still here and will be tried again.",
  read_only: "Your role does not allow this. Ask the studio's owner.",
  not_here: "This record is no longer on this device; nothing was changed.",
};

const actWords = defineText(tr, en);

/** Words an act that was not done, in the chosen language. */
export function useActErrorText(): (error: ActError) => string {
  const t = useText(actWords);
  return (error) => (error.type === "limit" ? t(`limit.${error.of}`, error.limit) : t(error.type));
}
