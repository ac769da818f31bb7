// Owns one member in the list: face, role with what it sees, and the acts that this member's role allows.
import Ellipsis from "lucide-solid/icons/ellipsis";
import { createSignal, lazy, Show } from "solid-js";
import type { JSX } from "solid-js";
import { mayManageTeam } from "../../../policy/roles.ts";
import { useText } from "../../i18n/i18n.ts";
import { roleWords } from "../../i18n/roles.ts";
import type { Member } from "../../members.ts";
import { useSession } from "../../session.ts";
import { useShell } from "../../shell/Shell.tsx";
import { buttonClass, iconButtonClass } from "../../ui/Button.tsx";
import { cx } from "../../ui/cx.ts";
import { Face } from "../../ui/Faces.tsx";
import { Menu, MenuItem } from "../../ui/Menu.tsx";
import { Popover } from "../../ui/Popover.tsx";
import { RoleRights } from "../../ui/RoleRights.tsx";
import { teamText } from "./text.ts";

const RoleDialog = lazy(async () => ({ default: (await import("./RoleDialog.tsx")).RoleDialog }));
const RemoveDialog = lazy(async () => ({ default: (await import("./RemoveDialog.tsx")).RemoveDialog }));

/** One member, present or former. */
export function MemberRow(props: { readonly member: Member; readonly online: boolean }): JSX.Element {
  const t = useText(teamText);
  const session = useSession();
  const isMe = (): boolean => session.me()?.id === props.member.userId;
  return (
    <li
      class={cx(
        "flex min-h-16 items-center gap-3 border-b border-line py-2 pr-2 pl-4 last:border-b-0",
        !props.member.active && "opacity-70",
      )}
    >
      <Face name={props.member.name} colour={props.member.colour} />
      <div class="flex min-w-0 flex-1 flex-col tablet:flex-row tablet:items-center tablet:gap-3">
        <div class="min-w-0 flex-1">
          <p class="truncate font-medium">
            {props.member.name}{" "}
            <Show when={isMe()}>
              <span class="font-normal text-muted">({t("you")})</span>
            </Show>
          </p>
          <Show when={props.member.email}>{(email) => <p class="truncate text-xs text-muted">{email()}</p>}</Show>
        </div>
        <Role member={props.member} />
      </div>
      <Show when={props.member.active && props.online} fallback={<span class="w-touch shrink-0" />}>
        <Acts member={props.member} isMe={isMe()} />
      </Show>
    </li>
  );
}

function Role(props: { readonly member: Member }): JSX.Element {
  const t = useText(teamText);
  const words = useText(roleWords);
  const role = (): string => words(`role.${props.member.role}`);
  return (
    <Popover
      trigger={role()}
      triggerClass={cx(
        buttonClass("quiet"),
        "text-muted max-tablet:-ml-3.5 max-tablet:self-start underline decoration-line underline-offset-4",
      )}
      label={t("sees", role())}
      title={t("sees", role())}
    >
      <div class="mt-2">
        <RoleRights role={props.member.role} />
      </div>
    </Popover>
  );
}

function Acts(props: { readonly member: Member; readonly isMe: boolean }): JSX.Element {
  const t = useText(teamText);
  const { org } = useShell();
  const [open, setOpen] = createSignal<"role" | "remove" | null>(null);
  const manages = (): boolean => mayManageTeam(org().role);
  return (
    <Show when={manages() || props.isMe} fallback={<span class="w-touch shrink-0" />}>
      <Menu
        trigger={<Ellipsis size={20} aria-hidden="true" />}
        triggerClass={iconButtonClass()}
        label={t("acts", props.member.name)}
      >
        <Show when={manages()}>
          <MenuItem onSelect={() => setOpen("role")}>{t("role.change")}</MenuItem>
        </Show>
        <MenuItem danger onSelect={() => setOpen("remove")}>
          {props.isMe ? t("leave.act") : t("remove.act")}
        </MenuItem>
      </Menu>
      <Show when={open() === "role"}>
        <RoleDialog member={props.member} onClose={() => setOpen(null)} />
      </Show>
      <Show when={open() === "remove"}>
        <RemoveDialog member={props.member} isMe={props.isMe} onClose={() => setOpen(null)} />
      </Show>
    </Show>
  );
}
