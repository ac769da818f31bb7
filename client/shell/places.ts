// Owns the list of places in the menu and who sees them: only what exists, only what a role may open.
// Never guards anything: the server does.
import FileInput from "lucide-solid/icons/file-input";
import Settings from "lucide-solid/icons/settings";
import Users from "lucide-solid/icons/users";
import UsersRound from "lucide-solid/icons/user-round-cog";
import { accessTable, creatableClasses } from "../../policy/roles.ts";
import type { Role } from "../../policy/roles.ts";
import type { Icon } from "../ui/Button.tsx";

/** One place of a studio; `path` follows `/o/<org>/`. */
export type Place = {
  readonly key: "people" | "import" | "team" | "settings";
  readonly path: string;
  readonly icon: Icon;
  readonly open: (role: Role) => boolean;
};

const all: readonly Place[] = [
  { key: "people", path: "people", icon: Users, open: (role) => accessTable[role].contact !== "none" },
  { key: "import", path: "import", icon: FileInput, open: (role) => creatableClasses(role).includes("contact") },
  { key: "team", path: "team", icon: UsersRound, open: () => true },
  { key: "settings", path: "settings/studio", icon: Settings, open: () => true },
];

/** The places that a role sees, in the order of the menu. Rule: UI14. Source: domain.md §1. */
export const placesFor = (role: Role): readonly Place[] => all.filter((place) => place.open(role));
