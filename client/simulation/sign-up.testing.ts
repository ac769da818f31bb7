// Owns how the members of a simulated studio sign up and join, as people do it: over HTTP, with links from the mail.
import * as v from "valibot";
import type { Role } from "../../policy/roles.ts";
import type { SimMember, SimServer } from "./server.testing.ts";

const PASSWORD = "uzun ve iyi bir parola";

export type Signing = {
  readonly fetch: SimServer["fetch"];
  readonly mailer: { readonly idle: () => Promise<void> };
  readonly links: string[];
};

const idsForm = v.object({ userId: v.string(), orgId: v.string() });
const userForm = v.object({ user: v.object({ id: v.string() }) });

/** Signs up the owner and has the others accept invitations, as people do. */
export async function signUp({ fetch, mailer, links }: Signing, roles: readonly Role[]): Promise<SimMember[]> {
  const post = async (path: string, body: object, cookie = ""): Promise<Response> => {
    const headers = { "content-type": "application/json", origin: "http://localhost" };
    const response = await fetch(path, { method: "POST", body: JSON.stringify(body), headers, cookie });
    if (!response.ok) throw new Error(`${path}: ${response.status} ${await response.text()}`);
    await mailer.idle();
    return response;
  };
  const token = (): string => links.pop()?.split("#token=")[1]?.trim() ?? "";
  const person = { password: PASSWORD, locale: "tr" };
  const signedUp = await post("/api/auth/sign-up", {
    ...person,
    email: "ada@example.com",
    name: "Ada",
    studio: "Işık",
  });
  const { userId, orgId } = v.parse(idsForm, await signedUp.json());
  const owner: SimMember = { userId, orgId, cookie: cookieOf(signedUp), role: "owner" };
  await post("/api/auth/verify", { token: token() }, owner.cookie);
  const members = [owner];
  for (const [index, role] of roles.entries()) {
    await post(`/api/orgs/${orgId}/invitations`, { email: `m${index}@example.com`, role }, owner.cookie);
    const joined = await post(`/api/invitations/${token()}/accept`, { ...person, name: `Üye ${index}` });
    const cookie = cookieOf(joined);
    const me = v.parse(userForm, await (await fetch("/api/auth/me", { cookie })).json());
    members.push({ userId: me.user.id, orgId, cookie, role });
  }
  return members;
}

const cookieOf = (response: Response): string =>
  response.headers
    .getSetCookie()
    .map((line) => line.split(";")[0] ?? "")
    .join("; ");
