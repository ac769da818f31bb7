// Owns the wiring of the page: what stands on what. Never holds behaviour of its own.
import "./ui/tokens.css";
import { createEffect, createMemo, untrack } from "solid-js";
import { render } from "solid-js/web";
import type { Locale } from "../shared/studio.ts";
import { makeApi } from "./api.ts";
import { App } from "./app.tsx";
import { abilitiesHere, reasonToStop } from "./capable.ts";
import { DeviceContext, openDevice } from "./device.ts";
import type { Device } from "./device.ts";
import { holdOfScreen, HoldsContext, makeHolds } from "./holds.ts";
import { createI18n, I18nContext } from "./i18n/i18n.ts";
import { browserInstallPage, createInstall, InstallContext } from "./install.ts";
import { createPersistence, PersistenceContext } from "./persistence.ts";
import { createPreferences, PreferencesContext } from "./preferences.ts";
import { browserUpdatePage, createUpdate, UpdateContext } from "./pwa.ts";
import { createSession } from "./page-session.ts";
import { ApiContext, isHere, SessionContext } from "./session.ts";
import type { Account, Session } from "./session.ts";
import { Insecure } from "./shell/Stopped.tsx";
import { sweep } from "./sweep.ts";
import { openTabs } from "./tabs.ts";
import { createToasts, ToastContext } from "./ui/toasts.ts";

const root = document.querySelector("#app");
if (root === null) throw new Error("index.html has no #app");

const stop = reasonToStop(abilitiesHere());
const opened = stop === null ? await openDevice(reportError) : null;
render(() => (opened === null ? <Stopped why={stop ?? "old"} /> : <Lumiso device={opened} />), root);

function Lumiso(props: { readonly device: Device }) {
  const { device } = untrack(() => props);
  const preferences = createPreferences();
  const { id, memory, leaving } = device;
  const identity = { member: () => session.member(), device: () => id };
  const api = makeApi({ identity, refused: (type, why) => session.refused(type, why) });
  const here = (): boolean => isHere(document.cookie);
  const tabs = openTabs();
  const heard = (account: Account): Promise<void> => sweep({ api, device }, account);
  const page = { tabs, here, heard, restart: () => location.reload(), onFailure: reportError };
  const session: Session = createSession({ api, memory, leaving, ...page });
  const i18n = createI18n(preferences.locale(), keepLocale);
  const install = createInstall(browserInstallPage());
  const persistence = createPersistence(navigator.storage);
  // Hint: only who is signed in keeps anything here, and some browsers ask the person.
  const isSignedIn = createMemo(() => session.state().status === "signed_in");
  createEffect(() => isSignedIn() && persistence.ask());
  const holds = makeHolds();
  holds.add(() => holdOfScreen(document));
  const update = import.meta.env.PROD ? createUpdate(navigator.serviceWorker, browserUpdatePage(holds.now)) : null;

  function keepLocale(locale: Locale): void {
    preferences.keepLocale(locale);
    const me = session.me();
    if (me !== null && me.locale !== locale) void session.change({ locale });
  }
  void session.start();
  addEventListener("online", () => void session.look().catch(reportError));
  document.addEventListener("visibilitychange", () => document.hidden || void session.look().catch(reportError));
  return (
    <I18nContext.Provider value={i18n}>
      <PreferencesContext.Provider value={preferences}>
        <ApiContext.Provider value={api}>
          <SessionContext.Provider value={session}>
            <DeviceContext.Provider value={device}>
              <HoldsContext.Provider value={holds}>
                <UpdateContext.Provider value={update}>
                  <InstallContext.Provider value={install}>
                    <PersistenceContext.Provider value={persistence}>
                      <ToastContext.Provider value={createToasts()}>
                        <App />
                      </ToastContext.Provider>
                    </PersistenceContext.Provider>
                  </InstallContext.Provider>
                </UpdateContext.Provider>
              </HoldsContext.Provider>
            </DeviceContext.Provider>
          </SessionContext.Provider>
        </ApiContext.Provider>
      </PreferencesContext.Provider>
    </I18nContext.Provider>
  );
}

function Stopped(props: { readonly why: "insecure" | "old" }) {
  const preferences = createPreferences();
  return (
    <I18nContext.Provider value={createI18n(preferences.locale(), preferences.keepLocale)}>
      <Insecure why={props.why} />
    </I18nContext.Provider>
  );
}
