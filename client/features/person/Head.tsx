// Owns the head of a person: the name, the standing, the ways to reach them, who is here, and the acts on the whole person.
import Ellipsis from "lucide-solid/icons/ellipsis";
import Mail from "lucide-solid/icons/mail";
import MessageCircle from "lucide-solid/icons/message-circle";
import Phone from "lucide-solid/icons/phone";
import Trash from "lucide-solid/icons/trash";
import Undo2 from "lucide-solid/icons/undo-2";
import X from "lucide-solid/icons/x";
import { useLocation, useNavigate, useParams } from "@solidjs/router";
import { createUniqueId, For, Show } from "solid-js";
import type { JSX } from "solid-js";
import { Dynamic } from "solid-js/web";
import { call } from "../../../shared/action.ts";
import { editContact, moveStatus, restorePerson, trashPerson } from "../../../shared/people.ts";
import { useAct } from "../../acts.ts";
import { useText } from "../../i18n/i18n.ts";
import { personWords } from "../../i18n/people.ts";
import { useShell } from "../../shell/Shell.tsx";
import { useStatuses, useStatusLook } from "../../statuses.tsx";
import { Button, buttonClass, IconButton, iconButtonClass } from "../../ui/Button.tsx";
import type { Icon } from "../../ui/Button.tsx";
import { cx } from "../../ui/cx.ts";
import { Faces } from "../../ui/Faces.tsx";
import { FieldError } from "../../ui/Field.tsx";
import { Chip, Dot, StatusDot } from "../../ui/Mark.tsx";
import { Menu, MenuItem } from "../../ui/Menu.tsx";
import { Notice } from "../../ui/State.tsx";
import { Select } from "../../ui/Select.tsx";
import { createValue } from "../../ui/TextField.tsx";
import { createEdit } from "../../ui/edit.ts";
import { facesAt } from "../../ui/presence.ts";
import { usePerson } from "./model.ts";
import type { PersonModel } from "./model.ts";
import { callLink, mailLink, whatsappLink } from "./reach.ts";
import { personText } from "./text.ts";

type Client = NonNullable<PersonModel["client"]>;

/** The head of a person. Rule: PE8. */
export function Head(): JSX.Element {
  const t = useText(personText);
  const { layout } = useShell();
  const person = usePerson();
  const navigate = useNavigate();
  const location = useLocation();
  const params = useParams<{ org: string }>();
  const close = (): void => navigate(`/o/${params.org}/people${location.search}`);
  return (
    <header class="flex flex-col gap-3">
      <Dynamic component={layout.side() ? "h2" : "h1"} class="sr-only">
        {person.contact.record()?.record.name}
      </Dynamic>
      <div class="flex items-start gap-1">
        <Name />
        <span class="-mr-2 flex h-touch shrink-0 items-center gap-1">
          <Faces people={person.here()} />
          <Show when={person.client}>{(client) => <Acts client={client()} />}</Show>
          <Show when={layout.side()}>
            <IconButton icon={X} label={t("close")} onClick={close} />
          </Show>
        </span>
      </div>
      <Show when={person.client}>{(client) => <Trashed client={client()} />}</Show>
      <Reach />
      <Show when={person.client}>{(client) => <Status client={client()} />}</Show>
    </header>
  );
}

// Hint: several lines, because a long name is cut off in one; Enter leaves the field and never breaks the name.
const nameLook =
  "block min-h-touch w-full min-w-0 resize-none rounded-control border border-transparent bg-transparent px-2 py-[calc((var(--touch)-1lh)/2-1px)] -ml-2 text-lg font-semibold [field-sizing:content] [overflow-wrap:anywhere] hover:not-read-only:border-line focus:not-read-only:border-primary aria-invalid:border-danger";

function Name(): JSX.Element {
  const t = useText(personText);
  const word = useText(personWords);
  const act = useAct();
  const { contact } = usePerson();
  const id = createUniqueId();
  const place = { record: "self", field: "name" };
  const edit = createEdit({
    value: () => contact.record()?.record.name ?? "",
    save: async (typed) => {
      const calls = [{ doc: contact.id, call: call(editContact, { name: typed.trim() }) }];
      const result = await act(calls, { done: t("edited", word("field.name")), showsInvalid: true });
      return !result.ok && result.error.type === "invalid" ? t("problem.required") : null;
    },
    onEnter: () => contact.stand(place),
    onLeave: () => contact.stand(null),
  });
  const faces = () => facesAt(contact.faces(), place);
  return (
    <div class="min-w-0 flex-1">
      <span
        class={cx("flex items-center rounded-control", faces().length > 0 && "ring-2")}
        style={{ "--tw-ring-color": faces()[0]?.colour }}
      >
        <textarea
          id={id}
          rows={1}
          class={nameLook}
          aria-label={word("field.name")}
          aria-invalid={edit.error() === undefined ? undefined : "true"}
          aria-describedby={edit.error() === undefined ? undefined : `${id}-error`}
          autocomplete="off"
          maxLength={255}
          readOnly={!contact.mayWrite()}
          ref={(element) => createValue(element, edit.value)}
          onInput={(event) => edit.onInput(event.currentTarget.value.replaceAll(/\s*\n\s*/g, " "))}
          onFocus={edit.onFocus}
          onBlur={edit.onBlur}
          onKeyDown={leaveByKey}
        />
      </span>
      <Show when={edit.error()}>{(error) => <FieldError id={`${id}-error`} text={error()} />}</Show>
    </div>
  );
}

function leaveByKey(event: KeyboardEvent & { readonly currentTarget: HTMLElement }): void {
  if (event.isComposing || !["Enter", "Escape"].includes(event.key)) return;
  event.preventDefault();
  event.currentTarget.blur();
}

function Acts(props: { readonly client: Client }): JSX.Element {
  const t = useText(personText);
  const act = useAct();
  const person = usePerson();
  const name = (): string => person.contact.record()?.record.name ?? "";
  const isTrashed = (): boolean => props.client.record()?.record.trashedAt !== undefined;
  const trash = (): unknown =>
    act([{ doc: props.client.id, call: call(trashPerson, {}) }], { done: t("trashedDone", name()) });
  const restore = (): unknown =>
    act([{ doc: props.client.id, call: call(restorePerson, {}) }], { done: t("restoredDone", name()) });
  return (
    <Show when={props.client.mayWrite() && props.client.record()}>
      <Menu trigger={<Ellipsis size={20} aria-hidden="true" />} label={t("menu")} triggerClass={iconButtonClass()}>
        <Show
          when={isTrashed()}
          fallback={
            <MenuItem icon={Trash} danger onSelect={() => void trash()}>
              {t("trash")}
            </MenuItem>
          }
        >
          <MenuItem icon={Undo2} onSelect={() => void restore()}>
            {t("restore")}
          </MenuItem>
        </Show>
      </Menu>
    </Show>
  );
}

function Trashed(props: { readonly client: Client }): JSX.Element {
  const t = useText(personText);
  const act = useAct();
  const person = usePerson();
  const restore = (): unknown => {
    const name = person.contact.record()?.record.name ?? "";
    return act([{ doc: props.client.id, call: call(restorePerson, {}) }], { done: t("restoredDone", name) });
  };
  return (
    <Show when={props.client.record()?.record.trashedAt}>
      <Notice
        tone="warn"
        act={
          <Show when={props.client.mayWrite()}>
            <Button tone="plain" onClick={() => void restore()}>
              {t("trashed.restore")}
            </Button>
          </Show>
        }
      >
        {t("trashed.body")}
      </Notice>
    </Show>
  );
}

/** Each way only where there is a number or an address for it. */
function Reach(): JSX.Element {
  const t = useText(personText);
  const { contact } = usePerson();
  const ways = (): { icon: Icon; href: string; word: string; isAway: boolean }[] => {
    const { phone = "", email = "" } = contact.record()?.record ?? {};
    const all = [
      { icon: MessageCircle, href: whatsappLink(phone), word: t("reach.whatsapp"), isAway: true },
      { icon: Phone, href: callLink(phone), word: t("reach.call"), isAway: false },
      { icon: Mail, href: mailLink(email), word: t("reach.mail"), isAway: false },
    ];
    return all.flatMap(({ href, ...way }) => (href === null ? [] : [{ ...way, href }]));
  };
  return (
    <Show when={ways().length > 0}>
      <div class="flex flex-wrap gap-2" role="group" aria-label={t("reach.group")}>
        <For each={ways()}>
          {(way) => (
            <a
              class={buttonClass("plain")}
              href={way.href}
              {...(way.isAway ? { target: "_blank", rel: "noopener noreferrer" } : {})}
            >
              <Dynamic component={way.icon} size={18} aria-hidden="true" />
              {way.word}
            </a>
          )}
        </For>
      </div>
    </Show>
  );
}

/** More statuses than this are chosen from a list. */
const MOST_BUTTONS = 7;

function Status(props: { readonly client: Client }): JSX.Element {
  const t = useText(personText);
  const act = useAct();
  const statuses = useStatuses();
  const look = useStatusLook();
  const current = (): string => props.client.record()?.record.statusId ?? "";
  const move = (to: string): void => {
    if (to === current()) return;
    void act([{ doc: props.client.id, call: call(moveStatus, { to }) }], { done: t("status.done", look(to).label) });
  };
  // Hint: by id, so that a change of standing presses another chip and makes none anew, which would lose the focus.
  const known = (): string[] => {
    const ids = statuses().map(({ id }) => id);
    return ids.includes(current()) ? ids : [current(), ...ids];
  };
  return (
    <Show when={props.client.record()}>
      <Show
        when={props.client.mayWrite()}
        fallback={<StatusDot colour={look(current()).colour}>{look(current()).label}</StatusDot>}
      >
        <Show
          when={known().length <= MOST_BUTTONS}
          fallback={
            <Select
              label={t("status.label")}
              options={known().map((id) => ({ value: id, label: look(id).label, dot: look(id).colour }))}
              value={current()}
              onChange={move}
            />
          }
        >
          <div class="flex flex-wrap gap-2" role="group" aria-label={t("status.label")}>
            <For each={known()}>
              {(id) => (
                <Chip pressed={id === current()} onPress={() => move(id)}>
                  <Dot colour={look(id).colour} />
                  {look(id).label}
                </Chip>
              )}
            </For>
          </div>
        </Show>
      </Show>
    </Show>
  );
}
