// Owns the screen of importing contacts: choose, look, decide, run, and what became of it.
import FileInput from "lucide-solid/icons/file-input";
import UserPlus from "lucide-solid/icons/user-plus";
import { useNavigate, useParams, useSearchParams } from "@solidjs/router";
import { createEffect, For, Match, onCleanup, Show, Switch, useContext } from "solid-js";
import type { JSX } from "solid-js";
import { creatableClasses } from "../../../policy/roles.ts";
import { HoldsContext } from "../../holds.ts";
import { useFormat } from "../../i18n/format.ts";
import { useText } from "../../i18n/i18n.ts";
import { Screen } from "../../shell/Screen.tsx";
import { hearOpened, takeShared } from "../../shared-files.ts";
import { useStore } from "../../store/use.tsx";
import { FileDrop } from "../../ui/FileDrop.tsx";
import { EmptyState, Notice, Skeleton } from "../../ui/State.tsx";
import { useToasts } from "../../ui/toasts.ts";
import type { ImportJob } from "./job.ts";
import { createImportModel } from "./model.ts";
import type { ImportModel } from "./model.ts";
import { Preview } from "./Preview.tsx";
import type { FileError } from "./reading.ts";
import { Running } from "./Running.tsx";
import { importText } from "./text.ts";

/** Importing contacts. Rule: IM1. */
export function Import(): JSX.Element {
  const t = useText(importText);
  const store = useStore();
  const params = useParams<{ org: string }>();
  const mayImport = (): boolean => {
    const classes = creatableClasses(store.role());
    return classes.includes("contact") && classes.includes("client");
  };
  return (
    <Show
      when={mayImport()}
      fallback={
        <Screen title={t("title")}>
          <EmptyState icon={FileInput} title={t("closed.title")}>
            {t("closed.body")}
          </EmptyState>
        </Screen>
      }
    >
      <Open trail={[{ label: t("people"), href: `/o/${params.org}/people` }]} />
    </Show>
  );
}

function Open(props: { readonly trail: readonly { readonly label: string; readonly href: string }[] }): JSX.Element {
  const t = useText(importText);
  const format = useFormat();
  const model = createImportModel();
  const [search] = useSearchParams<{ failed?: string }>();
  tellOnLeaving(model);
  takeFromOutside(model);
  const isIdle = (): boolean => model.job.state().status === "idle";
  const primary = () => {
    const count = model.taken().length;
    if (!isIdle() || model.phase() !== "read" || count === 0) return undefined;
    return { label: t("preview.import", format().number(count)), icon: UserPlus, onPress: model.start };
  };
  return (
    <Screen title={t("title")} trail={props.trail} primary={primary()}>
      <div class="mx-auto flex max-w-3xl flex-col gap-4 px-4 py-4 pb-28 tablet:px-6 tablet:py-6">
        <Show when={isIdle()} fallback={<Running job={model.job} />}>
          <Broken model={model} />
          <Show when={search.failed !== undefined && model.phase() === "none"}>
            <Notice tone="warn">{t("choose.failed")}</Notice>
          </Show>
          <Switch fallback={<Choose model={model} />}>
            <Match when={model.phase() === "reading"}>
              <p role="status">{t("reading")}</p>
              <Skeleton rows={6} />
            </Match>
            <Match when={model.phase() === "read" && model.files().length > 0}>
              <Preview model={model} />
            </Match>
          </Switch>
        </Show>
      </div>
    </Screen>
  );
}

function Choose(props: { readonly model: ImportModel }): JSX.Element {
  const t = useText(importText);
  return (
    <>
      <div>
        <h2 class="text-base">{t("choose.title")}</h2>
        <p class="mt-1 text-pretty text-muted">{t("choose.body")}</p>
      </div>
      <FileDrop
        label={t("choose.label")}
        accept=".vcf,.vcard,.csv,.tsv,.txt,text/vcard,text/x-vcard,text/csv,text/plain"
        multiple
        hint={t("choose.hint")}
        onFiles={(files) => props.model.choose(files)}
      />
    </>
  );
}

/** Each file that gave nothing, and why. */
function Broken(props: { readonly model: ImportModel }): JSX.Element {
  const t = useText(importText);
  const why = (error: FileError): string =>
    error.type === "not_text" ? t(`looksLike.${error.looksLike}`) : t(`file.${error.type}`);
  return (
    <>
      <Show when={props.model.phase() === "broken"}>
        <Notice tone="danger">{t("file.broken")}</Notice>
      </Show>
      <For each={props.model.broken()}>
        {({ name, error }) => <Notice tone="danger">{t("file.name", name, why(error))}</Notice>}
      </For>
    </>
  );
}

/** Files that another app shared or the system opened are chosen already; the member still decides. Rules: IM1, PW8. */
function takeFromOutside(model: ImportModel): void {
  const take = (files: readonly File[]): void => {
    if (files.length > 0) model.choose(files);
  };
  takeShared(Date.now()).then(take, reportError);
  hearOpened(take);
}

/** The imports whose screen is shown. */
const shown = new WeakSet<ImportJob>();

/** An import that runs is told of when its screen is left and when it ends; closing the page, which would end it, is asked about. */
function tellOnLeaving({ job }: ImportModel): void {
  const t = useText(importText);
  const format = useFormat();
  const toasts = useToasts();
  const holds = useContext(HoldsContext);
  const navigate = useNavigate();
  const place = `/o/${useParams<{ org: string }>().org}/import`;
  const show = { label: t("run.show"), run: () => navigate(place) };
  const isRunning = (): boolean => ["running", "undoing"].includes(job.state().status);
  const warn = (event: BeforeUnloadEvent): void => event.preventDefault();
  createEffect(() => {
    if (!isRunning()) return;
    addEventListener("beforeunload", warn);
    const letGo = holds?.add(() => (isRunning() ? "task" : null));
    // Hint: asked about on every screen, so not with this screen's end.
    void job.ended().then(() => {
      removeEventListener("beforeunload", warn);
      letGo?.();
    });
  });
  const tellEnd = (): void => {
    const state = job.state();
    if (shown.has(job) || state.status !== "finished") return;
    toasts.show({ text: t("result.title", format().number(state.subjects.length)), act: show });
  };
  shown.add(job);
  onCleanup(() => {
    shown.delete(job);
    if (!isRunning()) return;
    toasts.show({ text: t("run.left"), act: show });
    void job.ended().then(tellEnd);
  });
}
