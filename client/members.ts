// Owns who is in a studio's team, as the server last said it: names and colours for faces, roles for the team screen.
// Never changes the team (features/team does) and never decides a right.
import { createContext, createSignal, useContext } from "solid-js";
import type { Accessor } from "solid-js";
import * as v from "valibot";
import { roles } from "../policy/roles.ts";
import type { Api, ApiError } from "./api.ts";
import type { Memory } from "./session.ts";

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
  readonly refresh: () => Promise<void>;
};

/** What a team stands on. */
export type MembersParts = { readonly api: Api; readonly org: string; readonly memory: Memory<readonly Member[]> };

/** Creates the team of one studio: what the device remembers at once, then what the server says. Rule: UI5. */
export function createMembers({ api, org, memory }: MembersParts): Members {
  const [list, setList] = createSignal<readonly Member[] | null>(null);
  const [failed, setFailed] = createSignal<ApiError | null>(null);
  const refresh = async (): Promise<void> => {
    const answer = await api({ path: `/api/orgs/${org}/members`, reply: membersSchema });
    setFailed(answer.ok ? null : answer.error);
    if (!answer.ok) return;
    setList(answer.value.members);
    await memory.save(answer.value.members);
  };
  const start = async (): Promise<void> => {
    const remembered = await memory.load();
    if (remembered !== null && list() === null) setList(remembered);
  };
  void start();
  void refresh();
  return { list, failed, refresh, byId: (userId) => list()?.find((member) => member.userId === userId) };
}

/** Carries the team to all screens of a studio. */
export const MembersContext = createContext<Members>();

/** The team of the studio. Throws: outside a studio. */
export function useMembers(): Members {
  const members = useContext(MembersContext);
  if (members === undefined) throw new Error("useMembers needs a studio above it (client/shell/Studio.tsx)");
  return members;
}
