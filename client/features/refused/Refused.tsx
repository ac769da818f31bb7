// Owns the place of changes that the server did not accept: what was meant, when, why, and what can be done. Works offline.
// Never sends anything again by itself.
import Copy from "lucide-solid/icons/copy";
import Download from "lucide-solid/icons/download";
import RotateCw from "lucide-solid/icons/rotate-cw";
import ShieldCheck from "lucide-solid/icons/shield-check";
import X from "lucide-solid/icons/x";
import { For, Show } from "solid-js";
import type { JSX } from "solid-js";
import { useSayChange } from "../../i18n/changes.ts";
import type { Said } from "../../i18n/changes.ts";
import { changeText, reasonKey } from "../../i18n/changeText.ts";
import { useFormat } from "../../i18n/format.ts";
import { useText } from "../../i18n/i18n.ts";
import { Screen } from "../../shell/Screen.tsx";
import { useShell } from "../../shell/Shell.tsx";
import type { QuarantineRow } from "../../store/db.ts";
import { Button, buttonClass } from "../../ui/Button.tsx";
import { EmptyState } from "../../ui/State.tsx";
import { createRefusedModel } from "./model.ts";
import type { Group, RefusedModel } from "./model.ts";
import { refusedText } from "./text.ts";

/** The screen at `/o/<org>/refused`. Rules: QU1–QU4, UI19. */
export function Refused(): JSX.Element {
  const t = useText(refusedText);
  const model = createRefusedModel();
  return (
    // Hint: how many there are stands in the chip beside the title, which leaves a phone no room for both.
    <Screen title={t("title")}>
      <Show when={model.rows().length > 0} fallback={<Nothing />}>
        <div class="mx-auto flex max-w-2xl flex-col gap-6 p-4 tablet:p-6">
          <Intro model={model} />
          <For each={model.groups()}>{(group) => <OfOne group={group} model={model} />}</For>
        </div>
      </Show>
    </Screen>
  );
}

function Nothing(): JSX.Element {
  const t = useText(refusedText);
  const { org } = useShell();
  return (
    <EmptyState
      icon={ShieldCheck}
      title={t("none.title")}
      act={
        <a href={`/o/${org().id}/people`} class={buttonClass("plain")}>
          {t("none.act")}
        </a>
      }
    >
      {t("none.body")}
    </EmptyState>
  );
}

function Intro(props: { readonly model: RefusedModel }): JSX.Element {
  const t = useText(refusedText);
  return (
    <div class="flex flex-col gap-3">
      <p class="text-pretty text-muted">{t("body")}</p>
      <div class="flex flex-wrap gap-2">
        <Button icon={Copy} onClick={() => void props.model.takeOut("copy", props.model.rows())}>
          {t("copyAll")}
        </Button>
        <Button icon={Download} onClick={() => void props.model.takeOut("download", props.model.rows())}>
          {t("downloadAll")}
        </Button>
        <Button tone="quiet" icon={X} class="text-muted" onClick={() => void props.model.giveUp(props.model.rows())}>
          {t("giveUpAll")}
        </Button>
      </div>
    </div>
  );
}

function OfOne(props: { readonly group: Group; readonly model: RefusedModel }): JSX.Element {
  const t = useText(refusedText);
  const { org } = useShell();
  return (
    <section class="flex flex-col gap-2">
      <h2 class="text-base font-semibold">
        <Show when={props.group.subject} fallback={props.group.owner}>
          {(subject) => (
            <a
              href={`/o/${org().id}/people/${subject()}`}
              class="text-primary hover:underline"
              aria-label={t("open", props.group.owner)}
            >
              {props.group.owner}
            </a>
          )}
        </Show>
      </h2>
      <ul class="flex flex-col gap-3">
        <For each={props.group.rows}>{(row) => <Change row={row} model={props.model} />}</For>
      </ul>
    </section>
  );
}

function Change(props: { readonly row: QuarantineRow; readonly model: RefusedModel }): JSX.Element {
  const t = useText(refusedText);
  const word = useText(changeText);
  const say = useSayChange();
  const format = useFormat();
  const said = (): Said => {
    const { call, text } = props.row;
    if (call !== undefined) return say(call, props.model.look);
    return { title: word(text === undefined ? "title.other" : "title.note_text"), lines: [] };
  };
  const isKept = (): boolean => props.row.call !== undefined || props.row.text !== undefined;
  return (
    <li class="rounded-card border border-line bg-surface p-4">
      <h3 class="font-medium">{said().title}</h3>
      <p class="text-sm text-muted">{t("meant", format().dateTime(props.row.at))}</p>
      <Show when={isKept()} fallback={<p class="mt-2 text-sm text-muted">{t("empty")}</p>}>
        <Values lines={said().lines} text={props.row.text} />
      </Show>
      <p class="mt-3 border-l-2 border-warn pl-3 text-sm text-pretty">{word(reasonKey(props.row.reason))}</p>
      <Acts row={props.row} model={props.model} isKept={isKept()} />
    </li>
  );
}

function Values(props: { readonly lines: Said["lines"]; readonly text: string | undefined }): JSX.Element {
  return (
    <>
      <dl class="mt-2 grid grid-cols-[auto_1fr] gap-x-4 gap-y-1 text-sm empty:hidden">
        <For each={props.lines}>
          {({ label, value }) => (
            <>
              <dt class="text-muted">{label}</dt>
              <dd class="max-h-60 overflow-y-auto [overflow-wrap:anywhere] whitespace-pre-wrap">{value}</dd>
            </>
          )}
        </For>
      </dl>
      <Show when={props.text}>
        {(text) => (
          <p class="mt-2 max-h-60 overflow-y-auto text-sm [overflow-wrap:anywhere] whitespace-pre-wrap">{text()}</p>
        )}
      </Show>
    </>
  );
}

function Acts(props: {
  readonly row: QuarantineRow;
  readonly model: RefusedModel;
  readonly isKept: boolean;
}): JSX.Element {
  const t = useText(refusedText);
  return (
    <div class="mt-3 flex flex-wrap gap-2">
      <Show when={props.model.mayRetry(props.row)}>
        <Button icon={RotateCw} onClick={() => void props.model.retry(props.row)}>
          {t("retry")}
        </Button>
      </Show>
      <Show when={props.isKept}>
        <Button icon={Copy} onClick={() => void props.model.takeOut("copy", [props.row])}>
          {t("copy")}
        </Button>
      </Show>
      <Button tone="quiet" class="text-muted" onClick={() => void props.model.giveUp([props.row])}>
        {t("giveUp")}
      </Button>
    </div>
  );
}
