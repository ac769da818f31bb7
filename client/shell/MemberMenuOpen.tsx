// Owns what is in the member's menu. Never decides what signing out erases: the session tells the store.
import LogOut from "lucide-solid/icons/log-out";
import MonitorX from "lucide-solid/icons/monitor-x";
import { useNavigate } from "@solidjs/router";
import { Show } from "solid-js";
import type { JSX } from "solid-js";
import { useErrorText } from "../i18n/errors.ts";
import { locales, useI18n, useText } from "../i18n/i18n.ts";
import { roleWords } from "../i18n/roles.ts";
import { themes, usePreferences } from "../preferences.ts";
import { useSession } from "../session.ts";
import { Menu, MenuChoice, MenuItem, MenuLine } from "../ui/Menu.tsx";
import { useToasts } from "../ui/toasts.ts";
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

function SigningOut(): JSX.Element {
  const t = useText(shellText);
  const errorText = useErrorText();
  const session = useSession();
  const toasts = useToasts();
  const leave = async (where: "here" | "everywhere"): Promise<void> => {
    const answer = await session.signOut(where);
    if (!answer.ok) toasts.show({ text: errorText(answer.error), tone: "danger" });
    else if (where === "everywhere") toasts.show({ text: t("signedOutAll") });
  };
  return (
    <>
      <MenuItem icon={LogOut} onSelect={() => void leave("here")}>
        {t("signOut")}
      </MenuItem>
      <MenuItem icon={MonitorX} onSelect={() => void leave("everywhere")}>
        {t("signOutAll")}
      </MenuItem>
    </>
  );
}
