// Owns who is in a studio's team as screens see it, over what the store keeps: names, colours, roles, and addresses while asked for.
// Never changes the team (features/team does) and never decides a right.
import { createContext, createMemo, createSignal, useContext } from "solid-js";
import type { Accessor } from "solid-js";
import * as v from "valibot";
import { roles } from "../policy/roles.ts";
import type { Api, ApiError } from "./api.ts";
import type { MemberRow } from "./store/db.ts";

const memberSchema = v.object({
  userId: v.string(),
  name: v.string(),
  colour: v.pipe(v.string(), v.hexColor()),
  role: v.picklist(roles),
  active: v.boolean(),
  email: v.optional(v.string()),
});

const membersSchema = v.object({ members: v.array(memberSchema) });

/** Somebody who is or was in the team. Source: design §7. */
export type Member = v.InferOutput<typeof memberSchema>;

/** The team of one studio. */
export type Members = {
  /** null until the device or the server has answered. */
  readonly list: Accessor<readonly Member[] | null>;
  readonly byId: (userId: string) => Member | undefined;
  readonly failed: Accessor<ApiError | null>;
  /** Asks the server, which also tells the addresses to who may see them; the device keeps all but those. */
  readonly refresh: () => Promise<void>;
};

/** What a team stands on: the store keeps it, so that names stand beside faces without a network. */
export type MembersParts = {
  readonly api: Api;
  readonly org: string;
  readonly kept: Accessor<readonly MemberRow[]>;
  readonly keep: (members: readonly MemberRow[]) => Promise<unknown>;
};

/** Creates the team of one studio over what the store keeps of it. Rules: UI5, ME10. */
export function createMembers({ api, org, kept, keep }: MembersParts): Members {
  const [emails, setEmails] = createSignal<ReadonlyMap<string, string>>(new Map());
  const [failed, setFailed] = createSignal<ApiError | null>(null);
  const list = createMemo(() => (kept().length === 0 ? null : kept().flatMap((row) => toMember(row, emails()))));
  const refresh = async (): Promise<void> => {
    const answer = await api({ path: `/api/orgs/${org}/members`, reply: membersSchema });
    setFailed(answer.ok ? null : answer.error);
    if (!answer.ok) return;
    const { members } = answer.value;
    setEmails(new Map(members.flatMap(({ userId, email }) => (email === undefined ? [] : [[userId, email]]))));
    await keep(members.map(({ userId, name, colour, role, active }) => ({ userId, name, colour, role, active })));
  };
  return { list, failed, refresh, byId: (userId) => list()?.find((member) => member.userId === userId) };
}

/** Hint: a role that a later server knows and this bundle does not is nobody's here. */
function toMember(row: MemberRow, emails: ReadonlyMap<string, string>): Member[] {
  const role = roles.find((each) => each === row.role);
  const email = emails.get(row.userId);
  return role === undefined ? [] : [{ ...row, role, ...(email === undefined ? {} : { email }) }];
}

/** Carries the team to all screens of a studio. */
export const MembersContext = createContext<Members>();

/** The team of the studio. Throws: outside a studio. */
export function useMembers(): Members {
  const members = useContext(MembersContext);
  if (members === undefined) throw new Error("useMembers needs a studio above it (client/shell/Studio.tsx)");
  return members;
}
