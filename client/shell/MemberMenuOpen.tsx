// Owns what is in the member's menu. Never signs out: that is a page of its own (features/account/SignOut.tsx).
import LogOut from "lucide-solid/icons/log-out";
import MonitorX from "lucide-solid/icons/monitor-x";
import Tablet from "lucide-solid/icons/tablet";
import { useNavigate } from "@solidjs/router";
import { Show } from "solid-js";
import type { JSX } from "solid-js";
import { locales, useI18n, useText } from "../i18n/i18n.ts";
import { roleWords } from "../i18n/roles.ts";
import { createOnline } from "../online.ts";
import { themes, usePreferences } from "../preferences.ts";
import { useSession } from "../session.ts";
import { Menu, MenuChoice, MenuItem, MenuLine } from "../ui/Menu.tsx";
import { memberButton } from "./look.ts";
import { useShell } from "./Shell.tsx";
import { shellText } from "./text.ts";

/** The open menu of the member. */
export function MemberMenuOpen(props: { readonly face: JSX.Element }): JSX.Element {
  const t = useText(shellText);
  const session = useSession();
  return (
    <Menu trigger={props.face} triggerClass={memberButton} label={t("member", session.me()?.name ?? "")} defaultOpen>
      <div class="max-w-64 px-2.5 pt-1.5 pb-2">
        <p class="truncate font-medium">{session.me()?.name}</p>
        <p class="truncate text-xs text-muted">{session.me()?.email}</p>
      </div>
      <MenuLine />
      <Studios />
      <Look />
      <MenuLine />
      <ThisDevice />
      <SigningOut />
    </Menu>
  );
}

function Studios(): JSX.Element {
  const t = useText(shellText);
  const role = useText(roleWords);
  const session = useSession();
  const { org } = useShell();
  const navigate = useNavigate();
  const options = (): { value: string; label: string; hint: string }[] =>
    session.orgs().map((each) => ({ value: each.id, label: each.name, hint: role(`role.${each.role}`) }));
  return (
    <Show when={session.orgs().length > 1}>
      <MenuChoice
        label={t("studios")}
        value={org().id}
        options={options()}
        onChange={(id) => navigate(`/o/${id}/people`)}
      />
      <MenuLine />
    </Show>
  );
}

function Look(): JSX.Element {
  const t = useText(shellText);
  const preferences = usePreferences();
  const i18n = useI18n();
  return (
    <>
      <MenuChoice
        label={t("theme")}
        value={preferences.theme()}
        options={themes.map((value) => ({ value, label: t(`themes.${value}`) }))}
        onChange={(theme) => preferences.setTheme(theme)}
      />
      <MenuLine />
      <MenuChoice
        label={t("language")}
        value={i18n.locale()}
        options={locales.map((value) => ({ value, label: t(`languages.${value}`) }))}
        onChange={(locale) => i18n.setLocale(locale)}
      />
    </>
  );
}

function ThisDevice(): JSX.Element {
  const t = useText(shellText);
  const { org } = useShell();
  const navigate = useNavigate();
  return (
    <MenuItem icon={Tablet} onSelect={() => navigate(`/o/${org().id}/settings/device`)}>
      {t("thisDevice")}
    </MenuItem>
  );
}

function SigningOut(): JSX.Element {
  const t = useText(shellText);
  const navigate = useNavigate();
  const online = createOnline();
  return (
    <>
      <MenuItem icon={LogOut} onSelect={() => navigate("/sign-out")}>
        {t("signOut")}
      </MenuItem>
      <MenuItem icon={MonitorX} disabled={!online()} onSelect={() => navigate("/sign-out?everywhere=1")}>
        <span>
          {t("signOutAll")}
          <Show when={!online()}>
            <span class="block text-xs">{t("needsNetwork")}</span>
          </Show>
        </span>
      </MenuItem>
    </>
  );
}
