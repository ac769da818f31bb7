// Owns the words that the inventory is written in: categories, subjects, controllers, masks, recipients, ids of retention rules.
// Never says what is stored (inventory.ts) nor how long a rule keeps it (the rules themselves come with the disposal of data).

/** A wording of our own in both languages of the interface. */
export type Wording = { readonly tr: string; readonly en: string };

/** What the privacy policy says is processed: section 2, point by point. Nothing outside this list is stored. Rule: IN4. Source: policy §2. */
export const categories = {
  "2.1.1": { tr: "Kullanıcının adı", en: "Name of the user" },
  "2.1.2": { tr: "Kullanıcının e-posta adresi", en: "E-mail address of the user" },
  "2.1.3": { tr: "Kullanıcının telefonu", en: "Telephone of the user" },
  "2.1.4": { tr: "Hesap ve profil ayarları", en: "Settings of account and profile" },
  "2.1.5": { tr: "Yetkiler ve stüdyodaki rol", en: "Rights, and role in the studio" },
  "2.2.1": { tr: "Müşterinin adı ve iletişim bilgileri", en: "Name and contact details of a customer" },
  "2.2.2": { tr: "Çekim, proje ve seans bilgileri", en: "Shoots, projects and sessions" },
  "2.2.3": { tr: "Notlar, talepler ve tercihler", en: "Notes, requests and preferences" },
  "2.2.4": { tr: "Ebeveynin çocuk çekimi için verdiği bilgiler", en: "What parents tell for the shoot of a child" },
  "2.2.5": { tr: "Teslimat ve paket seçimi", en: "Choice of delivery and package" },
  "2.2.6": { tr: "Ödeme, kapora ve sözleşme özeti", en: "Payment, deposit and contract summary" },
  "2.3.1": { tr: "Uygulamada yapılan işlemlerin geçmişi", en: "History of what was done in the app" },
  "2.3.2": { tr: "Oturum açma kayıtları", en: "Records of signing in" },
  "2.3.3": { tr: "IP adresi, cihaz ve tarayıcı", en: "IP address, device and browser" },
  "2.3.4": { tr: "Bildirim ve hatırlatma kayıtları", en: "Records of notices and reminders" },
  "2.3.5": { tr: "Sistem kayıtları", en: "System logs" },
  "2.4.1": { tr: "Destek talepleri", en: "Support requests" },
  "2.4.2": { tr: "E-posta ve mesaj içerikleri", en: "Contents of e-mails and messages" },
  "2.4.3": { tr: "Teknik destek kayıtları", en: "Records of technical support" },
} as const satisfies Record<string, Wording>;

export type Category = keyof typeof categories;

/** Whom data are about; `none` where there is no person. Source: law.md §8. */
export type DataSubject = "user" | "customer" | "child" | "guardian" | "visitor" | "staff" | "none";

/** Who decides about data: the company that runs Lumiso, or the studio. Source: requirements D05. */
export type Controller = "operator" | "tenant";

/** How data come in. Source: policy §4, requirements D12. */
export type Source = "user_entered" | "studio" | "generated" | "support" | "email" | "import" | "paper";

/**
 * How a value looks to somebody who may know that it is there but not what it is. `keep` leaves it as it is, for values that
 * say nothing alone; `hide` replaces it whole; the others leave the shape that helps to tell two apart.
 */
export type Mask = "keep" | "hide" | "initials" | "email" | "phone" | "network";

/** The kinds of outside recipients of policy §6; who they are by name is in the register of processors. */
export type Recipient = "hosting" | "messaging" | "support" | "authority" | "legal";

/** The ids of the retention rules. Rule: IN5. Source: law.md §2.2. */
export const retentionIds = [
  "acc.identity",
  "acc.evidence",
  "acc.settings",
  "acc.roles",
  "acc.secrets",
  "op.invoice",
  "cus.lead",
  "cus.identity",
  "cus.session",
  "cus.notes",
  "cus.child",
  "cus.special",
  "cus.delivery",
  "cus.payment",
  "cus.contract",
  "cus.photo",
  "cus.selection",
  "log.history",
  "log.session",
  "log.notify",
  "log.commercial",
  "log.system",
  "log.access",
  "sup.ticket",
  "sup.tech",
  "con.marketing",
  "con.explicit",
  "dsr.case",
  "dis.record",
  "brc.record",
  "bak.full",
  "legal.text",
] as const;

export type RetentionId = (typeof retentionIds)[number];
