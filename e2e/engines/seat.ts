// Owns what a member does at a browser of any engine, in the words of the interface. Never asserts the story itself.
import { tmpdir } from "node:os";
import { join, resolve } from "node:path";
import type { StoryServer } from "../server.ts";
import { finding } from "./engine.ts";
import type { Engine, Key, Tab, Wanted } from "./engine.ts";
import type { Way } from "./network.ts";

const PASSWORD = "sahilde uzun bir gün";

/** How long something may take to appear, on a machine with two busy cores. Units: ms. */
const PATIENCE_MS = 30_000;

/** A member at a browser, behind a way of their own to the server. */
export type Seat = {
  readonly way: Way;
  readonly goto: (path: string) => Promise<void>;
  readonly address: () => Promise<string>;
  readonly see: (wanted: Wanted) => Promise<void>;
  readonly click: (wanted: Wanted) => Promise<void>;
  readonly fill: (name: string, value: string) => Promise<void>;
  readonly type: (text: string) => Promise<void>;
  readonly press: (key: Key) => Promise<void>;
  readonly upload: (path: string) => Promise<void>;
  readonly evaluate: <T>(script: string) => Promise<T>;
  /** Waits until an expression in the page is true. */
  readonly until: (script: string) => Promise<void>;
  /** Closes the tab and opens another one at the same address. */
  readonly reopen: () => Promise<void>;
  readonly picture: (path: string) => Promise<void>;
  /** Another tab of the same browser. */
  readonly openTab: () => Promise<Seat>;
  readonly leaveTab: () => Promise<void>;
  readonly leave: () => Promise<void>;
};

/** Sits a member down at a browser. */
export async function takeSeat(engine: Engine, way: Way): Promise<Seat> {
  let tab: Tab = await engine.openTab();
  const until = async (script: string): Promise<void> => {
    const end = Date.now() + PATIENCE_MS;
    while (!(await tab.evaluate<boolean>(`Boolean(${script})`))) {
      if (Date.now() > end) {
        await tab.picture(join(tmpdir(), `lumiso-${engine.name}.png`));
        throw new Error(`${engine.name}: not in time: ${script.slice(-160)}`);
      }
      await new Promise((done) => void setTimeout(done, 50));
    }
  };
  const see = (wanted: Wanted): Promise<void> => until(finding(wanted));
  const click = async (wanted: Wanted): Promise<void> => {
    await see(wanted);
    await tab.click(finding(wanted));
  };
  const address = (): Promise<string> => tab.evaluate<string>("location.href");
  return {
    way,
    goto: (path) => tab.goto(new URL(path, way.url).href),
    address,
    see,
    click,
    fill: async (name, value) => {
      await click({ role: "textbox", name });
      await tab.type(value);
    },
    type: (text) => tab.type(text),
    press: (key) => tab.press(key),
    upload: async (path) => {
      await see({ role: "file" });
      await tab.upload(finding({ role: "file" }), resolve(path));
    },
    evaluate: (script) => tab.evaluate(script),
    until,
    reopen: async () => {
      const left = await address();
      const closed = tab;
      tab = await engine.openTab();
      await closed.close();
      await tab.goto(left);
    },
    picture: (path) => tab.picture(path),
    openTab: () => takeSeat(engine, way),
    leaveTab: () => tab.close(),
    leave: () => engine.close(),
  };
}

/** The path and secret of a link that the server printed for another origin. */
const pathOf = (link: string): string => link.slice(new URL(link).origin.length);

/** Calls the server with the browser's own cookies; runs in a page of any engine. Throws: when the server does not do it. */
async function post(seat: Seat, path: string, body: Readonly<Record<string, string>>): Promise<void> {
  const call = `(() => {
    const request = new XMLHttpRequest();
    request.open("POST", ${JSON.stringify(path)}, false);
    request.setRequestHeader("content-type", "application/json");
    request.send(${JSON.stringify(JSON.stringify(body))});
    return request.status;
  })()`;
  const status = await seat.evaluate<number>(call);
  if (status >= 300) throw new Error(`${path}: ${status}`);
}

/** A browser signed in to a new studio with a confirmed address, its list of people open. Made over HTTP. */
export async function createStudio(seat: Seat, server: StoryServer): Promise<void> {
  await seat.goto("/sign-in");
  await seat.see({ role: "button", name: "Giriş yap" });
  const ada = { name: "Ada Işık", studio: "Işık Stüdyo", email: "ada@example.com", password: PASSWORD };
  await post(seat, "/api/auth/sign-up", ada);
  const link = await server.link("verify");
  await post(seat, "/api/auth/verify", { token: link.slice(link.indexOf("#token=") + "#token=".length) });
  await seat.goto("/");
  await seat.see({ role: "heading", name: "Kişiler" });
}

/** Creates a studio and confirms the address by the printed link, screen by screen. */
export async function createStudioOnScreen(seat: Seat, server: StoryServer): Promise<void> {
  await seat.goto("/sign-up");
  await seat.fill("Adınız", "Ada Işık");
  await seat.fill("Stüdyonuzun adı", "Işık Stüdyo");
  await seat.fill("E-posta", "ada@example.com");
  await seat.fill("Şifre", PASSWORD);
  await seat.click({ role: "button", name: "Stüdyo oluştur" });
  await seat.see({ role: "heading", name: "E-postanıza bakın" });
  await seat.goto(pathOf(await server.link("verify")));
  await seat.click({ role: "button", name: "Devam et" });
  await seat.see({ role: "heading", name: "Kişiler" });
}

/** Signs in the one who made the studio. */
export async function signIn(seat: Seat): Promise<void> {
  await seat.goto("/sign-in");
  await seat.fill("E-posta", "ada@example.com");
  await seat.fill("Şifre", PASSWORD);
  await seat.click({ role: "button", name: "Giriş yap" });
  await seat.see({ role: "heading", name: "Kişiler" });
}

/** Waits until the app is on the device: from then on it opens and goes on without a network. */
export const installed = (seat: Seat): Promise<void> => seat.until("navigator.serviceWorker.controller !== null");

/** Adds a person by name. */
export async function addPerson(seat: Seat, name: string): Promise<void> {
  await seat.click({ role: "button", name: "Kişi ekle" });
  await seat.click({ role: "textbox", name: "Ad", inDialog: true });
  await seat.type(name);
  await seat.press("Enter");
  await seat.see({ role: "link", name });
}

/** Invites a colleague as assistant; she accepts at her own browser. */
export async function inviteColleague(owner: Seat, colleague: Seat, server: StoryServer): Promise<void> {
  await owner.click({ role: "link", name: "Ekip" });
  await owner.click({ role: "button", name: "Davet et" });
  await owner.see({ role: "button", name: "Daveti gönder", inDialog: true });
  await owner.click({ role: "textbox", name: "E-posta", inDialog: true });
  await owner.type("eda@example.com");
  await owner.click({ role: "button", name: "Daveti gönder", inDialog: true });
  await colleague.goto(pathOf(await server.link("invitation")));
  await colleague.fill("Adınız", "Eda Çınar");
  await colleague.fill("Şifre", PASSWORD);
  await colleague.click({ role: "button", name: "Ekibe katıl" });
  await colleague.see({ role: "heading", name: "Kişiler" });
}

/** Goes to the list of people and opens one by name. */
export async function openPerson(seat: Seat, name: string): Promise<void> {
  await seat.click({ role: "link", name: "Kişiler" });
  await seat.click({ role: "link", name });
  await seat.see({ role: "button", name: "Not ekle" });
}
