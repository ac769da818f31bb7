// Owns the two members of the sample studio: they sign up, verify and accept over HTTP like anybody else.
import * as v from "valibot";
import type { Running } from "../start.ts";

/** The sign-ins of the sample studio; invented, and only ever on a machine that runs the demo. */
export const signIns = [
  { role: "owner", name: "Deniz Işık", email: "deniz@example.com", password: "isik-studyo-demo" },
  { role: "assistant", name: "Ege Çınar", email: "ege@example.com", password: "isik-studyo-demo" },
] as const;

export type MadeStudio = { readonly orgId: string; readonly ownerId: string };

/** Makes both members, or answers null when the studio is there already. `links` collects the announced mail links. Throws: when a step fails. */
export async function makeMembers(server: Running, links: readonly string[]): Promise<MadeStudio | null> {
  const [owner, assistant] = signIns;
  const send = sender(`${server.url.startsWith("https") ? "https" : "http"}://localhost:${server.port}`);
  const { email, password, name } = owner;
  const known = await send("/api/auth/sign-in", { email, password });
  if (known.ok) return null;
  const signedUp = await mustBeOk(
    send("/api/auth/sign-up", { email, password, name, studio: "Işık Fotoğraf", locale: "tr" }),
  );
  const { orgId, userId } = v.parse(v.object({ orgId: v.string(), userId: v.string() }), await signedUp.json());
  const cookie = signedUp.headers
    .getSetCookie()
    .map((line) => line.split(";")[0])
    .join("; ");
  await mustBeOk(send("/api/auth/verify", { token: await newestToken(server, links) }, cookie));
  await mustBeOk(send(`/api/orgs/${orgId}/invitations`, { email: assistant.email, role: assistant.role }, cookie));
  const path = `/api/invitations/${await newestToken(server, links)}/accept`;
  await mustBeOk(send(path, { name: assistant.name, password: assistant.password, locale: "tr" }));
  return { orgId, ownerId: userId };
}

type Send = (path: string, body: object, cookie?: string) => Promise<Response>;

const sender =
  (base: string): Send =>
  (path, body, cookie = "") =>
    fetch(base + path, {
      method: "POST",
      headers: { "content-type": "application/json", cookie },
      body: JSON.stringify(body),
    });

async function mustBeOk(pending: Promise<Response>): Promise<Response> {
  const response = await pending;
  if (!response.ok)
    throw new Error(`demo: ${new URL(response.url).pathname.split("/").slice(0, 4).join("/")} ${response.status}`);
  return response;
}

async function newestToken({ mailer }: Running, links: readonly string[]): Promise<string> {
  await mailer.idle();
  return links.at(-1)?.split("#token=")[1]?.trim() ?? "";
}
