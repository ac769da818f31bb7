// Owns what is shown while an import runs and after it: progress, what became of it, and taking it back whole.
import Check from "lucide-solid/icons/check";
import Undo2 from "lucide-solid/icons/undo-2";
import { useParams } from "@solidjs/router";
import { Match, Show, Switch } from "solid-js";
import type { JSX } from "solid-js";
import { useFormat } from "../../i18n/format.ts";
import { useText } from "../../i18n/i18n.ts";
import { useStore } from "../../store/use.tsx";
import { Button, buttonClass } from "../../ui/Button.tsx";
import { ProgressBar } from "../../ui/Progress.tsx";
import { EmptyState } from "../../ui/State.tsx";
import type { ImportJob, ImportState } from "./job.ts";
import { importText } from "./text.ts";

type Of<S extends ImportState["status"]> = Extract<ImportState, { status: S }>;

/** A running or finished import. Rules: IM8, IM9. */
export function Running(props: { readonly job: ImportJob }): JSX.Element {
  const t = useText(importText);
  const as = <S extends ImportState["status"]>(...wanted: S[]): Of<S> | undefined => {
    const state = props.job.state();
    // Hint: the status was just compared.
    return (wanted as string[]).includes(state.status) ? (state as Of<S>) : undefined;
  };
  return (
    <Switch>
      <Match when={as("running", "undoing")}>
        {(state) => (
          <div class="rounded-card border border-line bg-surface p-4">
            <ProgressBar
              label={t(`run.${state().status}`)}
              value={state().done}
              max={state().total}
              now={state().status === "running" ? t("run.now") : t("run.nowUndo")}
              onCancel={() => props.job.cancel()}
            />
          </div>
        )}
      </Match>
      <Match when={as("finished")}>{(state) => <Finished job={props.job} state={state()} />}</Match>
      <Match when={as("undone")}>{(state) => <Undone job={props.job} state={state()} />}</Match>
    </Switch>
  );
}

function Finished(props: { readonly job: ImportJob; readonly state: Of<"finished"> }): JSX.Element {
  const t = useText(importText);
  const store = useStore();
  const format = useFormat();
  const count = (value: number): string => format().number(value);
  const added = (): number => props.state.subjects.length;
  return (
    <EmptyState
      icon={Check}
      title={t("result.title", count(added()))}
      act={
        <>
          <GoToPeople />
          <Show when={added() > 0}>
            <Button icon={Undo2} onClick={() => void props.job.undo()}>
              {t("result.undo")}
            </Button>
          </Show>
          <Another job={props.job} />
        </>
      }
    >
      <Show when={props.state.left > 0}>
        <p>{t("result.cancelled", count(added()), count(props.state.left))}</p>
      </Show>
      <Show when={props.state.skipped > 0}>
        <p>{t("result.skipped", count(props.state.skipped))}</p>
      </Show>
      <Show when={props.state.failed > 0}>
        <p class="text-danger">{t("result.failed", count(props.state.failed))}</p>
      </Show>
      <Show when={store.status().kind === "offline"}>
        <p>{t("result.offline")}</p>
      </Show>
    </EmptyState>
  );
}

function Undone(props: { readonly job: ImportJob; readonly state: Of<"undone"> }): JSX.Element {
  const t = useText(importText);
  const format = useFormat();
  return (
    <EmptyState
      icon={Undo2}
      title={t("result.undone", format().number(props.state.count))}
      act={
        <>
          <GoToPeople />
          <Another job={props.job} />
        </>
      }
    >
      {t("result.undoneBody")}
    </EmptyState>
  );
}

function GoToPeople(): JSX.Element {
  const t = useText(importText);
  const params = useParams<{ org: string }>();
  return (
    <a href={`/o/${params.org}/people`} class={buttonClass("primary")}>
      {t("result.go")}
    </a>
  );
}

function Another(props: { readonly job: ImportJob }): JSX.Element {
  const t = useText(importText);
  return (
    <Button tone="quiet" onClick={() => props.job.reset()}>
      {t("result.another")}
    </Button>
  );
}
