// Owns why data are processed: the fifteen purposes of the privacy policy and the legal bases that carry them.
// Never says which data a purpose may touch (inventory.ts). The wording is ours; the numbers are the policy's.
import type { Wording } from "./vocabulary.ts";

/** The purposes, `p<section>.<point>`, each in our own words. Rule: PU1. Source: policy §3.1–3.5, R22. */
export const purposes = {
  "p3.1.1": { tr: "Hesap açmak ve e-posta adresini doğrulamak", en: "Opening an account and confirming its address" },
  "p3.1.2": { tr: "Lumiso'nun temel işlevlerini çalıştırmak", en: "Running the core functions of Lumiso" },
  "p3.1.3": { tr: "Kişi, proje ve seans kayıtlarını tutmak", en: "Keeping records of people, projects and sessions" },
  "p3.1.4": { tr: "Takvim, hatırlatma ve bildirim sunmak", en: "Offering calendar, reminders and notices" },
  "p3.2.1": { tr: "Uygulamayı güvende tutmak, erişimi yönetmek", en: "Keeping the app secure and managing access" },
  "p3.2.2": { tr: "Kötüye kullanımı ve sahteciliği önlemek", en: "Preventing abuse and fraud" },
  "p3.2.3": { tr: "Başarımı ölçmek ve sistemi geliştirmek", en: "Measuring performance and improving the system" },
  "p3.2.4": { tr: "Bakım, altyapı ve teknik destek", en: "Maintenance, infrastructure and technical support" },
  "p3.3.1": { tr: "Destek taleplerini yürütmek", en: "Handling support requests" },
  "p3.3.2": { tr: "Sorun ve şikâyetleri çözmek", en: "Solving problems and complaints" },
  "p3.3.3": { tr: "Geri bildirimleri değerlendirmek", en: "Considering feedback" },
  "p3.4.1": { tr: "Yetkili kurumlara bilgi vermek", en: "Informing competent authorities" },
  "p3.4.2": { tr: "Mali ve yasal yükümlülükleri yerine getirmek", en: "Meeting fiscal and other legal duties" },
  "p3.4.3": { tr: "Uyuşmazlıkta delil olacak kayıtları saklamak", en: "Keeping logs as evidence in a dispute" },
  "p3.5.1": { tr: "Ayrı onayla ticari ileti göndermek", en: "Sending marketing, only with separate consent" },
} as const satisfies Record<string, Wording>;

export type PurposeId = keyof typeof purposes;

/** What makes processing lawful, with its article of the data protection law (KVKK). Rule: PU2. Source: KVKK 5/1, 5/2. */
export const legalBases = {
  explicit_consent: "KVKK 5/1",
  law: "KVKK 5/2-a",
  vital_interest: "KVKK 5/2-b",
  contract: "KVKK 5/2-c",
  legal_obligation: "KVKK 5/2-ç",
  made_public: "KVKK 5/2-d",
  legal_claim: "KVKK 5/2-e",
  legitimate_interest: "KVKK 5/2-f",
} as const;

export type LegalBasis = keyof typeof legalBases;

/** A purpose with the one basis that carries it. */
export type Ground = { readonly id: PurposeId; readonly basis: LegalBasis };
