// Owns the words for roles and for what a role may open. Never decides a right: the sentences follow policy/roles.ts.
import { accessTable, mayManageTeam } from "../../policy/roles.ts";
import type { Access, Role } from "../../policy/roles.ts";
import { docClasses } from "../../shared/document.ts";
import type { DocClass } from "../../shared/document.ts";
import { defineText } from "./i18n.ts";

type Words = {
  readonly role: Record<Role, string>;
  readonly about: Record<Role, string>;
  readonly class: Record<DocClass, string>;
  readonly access: Record<Access, string>;
  readonly team: string;
};

const tr: Words = {
  role: {
    owner: "Sahip",
    manager: "Yönetici",
    photographer: "Fotoğrafçı",
    assistant: "Asistan",
    accountant: "Muhasebe",
    viewer: "Salt okunur",
  },
  about: {
    owner: "Stüdyonun tamamı ve ekip",
    manager: "Ekip dışında stüdyonun tamamı",
    photographer: "Atandığı çekimler",
    assistant: "Günlük işler, ödemeler dışında",
    accountant: "Yalnızca ödemeler",
    viewer: "Bakar, değiştirmez",
  },
  class: {
    studio: "stüdyo ayarları",
    contact: "iletişim bilgileri",
    client: "kişi kartı (notlar, geçmiş)",
    sessions: "seanslar",
    payments: "ödemeler",
    children: "çocuk bilgileri",
    calendar: "stüdyo takvimi",
    availability: "çalışma saatleri",
  },
  access: {
    write: "Görür ve değiştirir",
    "granted:write": "Atandığı kişilerde görür ve değiştirir",
    read: "Yalnızca görür",
    "granted:read": "Atandığı kişilerde yalnızca görür",
    "own:write": "Kendininkini değiştirir, diğerlerini görür",
    none: "Görmez",
  },
  team: "Ekibi yönetir: davet eder, rol verir, çıkarır",
};

const en: Words = {
  role: {
    owner: "Owner",
    manager: "Manager",
    photographer: "Photographer",
    assistant: "Assistant",
    accountant: "Accountant",
    viewer: "Viewer",
  },
  about: {
    owner: "The whole studio and the team",
    manager: "The whole studio, but not the team",
    photographer: "The shoots they are assigned to",
    assistant: "Daily work, without payments",
    accountant: "Payments only",
    viewer: "Looks, does not change",
  },
  class: {
    studio: "studio settings",
    contact: "contact details",
    client: "person's card (notes, history)",
    sessions: "sessions",
    payments: "payments",
    children: "children's details",
    calendar: "studio calendar",
    availability: "working hours",
  },
  access: {
    write: "Sees and changes",
    "granted:write": "Sees and changes for the people they are assigned to",
    read: "Sees only",
    "granted:read": "Sees only, for the people they are assigned to",
    "own:write": "Changes their own, sees everyone's",
    none: "Does not see",
  },
  team: "Runs the team: invites, gives roles, removes",
};

/** The words for roles, classes of documents and kinds of access. */
export const roleWords = defineText(tr, en);

/** What a role may open: classes by kind of access, most first. */
export type RoleRights = {
  readonly team: boolean;
  readonly rights: readonly { readonly access: Access; readonly classes: readonly DocClass[] }[];
};

const order: readonly Access[] = ["write", "granted:write", "own:write", "read", "granted:read", "none"];

/** Groups the classes of documents by what a role may do with them. Rule: UI5. */
export function rightsOf(role: Role): RoleRights {
  const rights = order
    .map((access) => ({ access, classes: docClasses.filter((docClass) => accessTable[role][docClass] === access) }))
    .filter(({ classes }) => classes.length > 0);
  return { team: mayManageTeam(role), rights };
}
