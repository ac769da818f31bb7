// Owns the question before an act that cannot be undone: what goes, what stays, and the name to type where needed.
// Never acts by itself, and is never used for what an undo bar can bring back.
import { createSignal, For, Show } from "solid-js";
import type { JSX } from "solid-js";
import { useText } from "../i18n/i18n.ts";
import { Button } from "./Button.tsx";
import { Dialog } from "./Dialog.tsx";
import { Notice } from "./State.tsx";
import { uiText } from "./text.ts";
import { TextField } from "./TextField.tsx";

export type ConfirmDialogProps = {
  readonly open: boolean;
  readonly onOpenChange: (open: boolean) => void;
  readonly title: string;
  readonly goes: readonly string[];
  readonly stays: readonly string[];
  readonly confirm: string;
  readonly busy?: string | false | undefined;
  readonly error?: string | undefined;
  /** The name to type, for what can never be brought back. */
  readonly typeName?: string | undefined;
  readonly onConfirm: () => void;
  /** What else helps to decide, such as taking along what goes. */
  readonly children?: JSX.Element;
};

/** Asks once, and says exactly what goes and what stays. Rule: UI11. */
export function ConfirmDialog(props: ConfirmDialogProps): JSX.Element {
  const t = useText(uiText);
  const [typed, setTyped] = createSignal("");
  const ready = (): boolean => props.typeName === undefined || typed().trim() === props.typeName;
  const footer = (
    <>
      <Button tone="plain" onClick={() => props.onOpenChange(false)}>
        {t("cancel")}
      </Button>
      <Button tone="danger" busy={props.busy} disabled={!ready()} onClick={() => props.onConfirm()}>
        {props.confirm}
      </Button>
    </>
  );
  return (
    <Dialog open={props.open} onOpenChange={(open) => props.onOpenChange(open)} title={props.title} footer={footer}>
      <div class="flex flex-col gap-4">
        <Points title={t("goes")} points={props.goes} />
        <Points title={t("stays")} points={props.stays} />
        {props.children}
        <Show when={props.typeName}>
          {(name) => (
            <TextField
              label={t("typeName", name())}
              value={typed()}
              autocomplete="off"
              onInput={(event) => setTyped(event.currentTarget.value)}
            />
          )}
        </Show>
        <Show when={props.error}>{(error) => <Notice tone="danger">{error()}</Notice>}</Show>
      </div>
    </Dialog>
  );
}

function Points(props: { readonly title: string; readonly points: readonly string[] }): JSX.Element {
  return (
    <Show when={props.points.length > 0}>
      <section>
        <h3 class="text-xs font-semibold text-muted">{props.title}</h3>
        <ul class="mt-1 list-disc pl-5 marker:text-muted">
          <For each={props.points}>{(point) => <li>{point}</li>}</For>
        </ul>
      </section>
    </Show>
  );
}
