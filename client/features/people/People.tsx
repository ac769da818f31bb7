// Owns the screen of the people list: what stands there when it is full, empty, filling or closed to a role, and adding.
// Reads rows only, never a document; the opened person comes in as the route's child and stands beside or over the list.
import FileInput from "lucide-solid/icons/file-input";
import UserPlus from "lucide-solid/icons/user-plus";
import Users from "lucide-solid/icons/users";
import { useParams, usePreloadRoute, useSearchParams } from "@solidjs/router";
import { createEffect, createSignal, lazy, Match, Show, Suspense, Switch } from "solid-js";
import type { JSX } from "solid-js";
import { accessTable, creatableClasses } from "../../../policy/roles.ts";
import { useFormat } from "../../i18n/format.ts";
import { useText } from "../../i18n/i18n.ts";
import { roleWords } from "../../i18n/roles.ts";
import { Screen } from "../../shell/Screen.tsx";
import type { Panel } from "../../shell/Screen.tsx";
import { useStore } from "../../store/use.tsx";
import { Button, buttonClass } from "../../ui/Button.tsx";
import { EmptyState } from "../../ui/State.tsx";
import { Filling } from "./Filling.tsx";
import { Filters } from "./Filters.tsx";
import { createPeopleModel } from "./model.ts";
import type { PeopleModel } from "./model.ts";
import { PeopleList } from "./PeopleList.tsx";
import { peopleText } from "./text.ts";

const NewPerson = lazy(async () => ({ default: (await import("./NewPerson.tsx")).NewPerson }));

/** The people of a studio, and the opened one. Rule: PE1. */
export function People(props: { readonly children?: JSX.Element }): JSX.Element {
  const t = useText(peopleText);
  const store = useStore();
  const model = createPeopleModel();
  const count = useCount(model);
  const mayRead = (): boolean => accessTable[store.role()].contact !== "none";
  const mayAdd = (): boolean => {
    const classes = creatableClasses(store.role());
    return classes.includes("contact") && classes.includes("client");
  };
  const [search, setSearch] = useSearchParams<{ new?: string }>();
  const [adding, setAdding] = createSignal(search.new !== undefined && mayAdd());
  // Hint: a shortcut asks once; a reload must not ask again. Rule: PW7.
  if (search.new !== undefined) setSearch({ new: undefined }, { replace: true });
  createEffect(() => model.isEmpty() === true && store.start());
  const preload = usePreloadRoute();
  // Hint: any subject will do: it is the screen of a person that is loaded, so that the first one opens at once.
  createEffect(() => store.started() && preload(`/o/${store.org}/people/${store.org}`));
  // Hint: made once, or every change of the title would make the opened person anew.
  const content = <Suspense>{props.children}</Suspense>;
  const panel = (): Panel | undefined =>
    model.opened() === undefined
      ? undefined
      : { title: model.openedName() || t("person"), isBare: true, onClose: () => model.go(), content };
  return (
    <Screen
      title={t("title")}
      count={mayRead() ? count() : undefined}
      primary={mayAdd() ? { label: t("add"), icon: UserPlus, onPress: () => setAdding(true) } : undefined}
      panel={panel()}
      fixed
    >
      <Switch>
        <Match when={!mayRead()}>
          <ClosedToRole />
        </Match>
        <Match when={model.isEmpty() === true}>
          <Filling rows={8}>
            <Nobody mayAdd={mayAdd()} onAdd={() => setAdding(true)} />
          </Filling>
        </Match>
        <Match when={model.isEmpty() === false}>
          <Somebody model={model} />
        </Match>
      </Switch>
      <Show when={adding()}>
        <Suspense>
          <NewPerson onClose={() => setAdding(false)} onOpen={(subject) => model.go(subject)} href={model.place} />
        </Suspense>
      </Show>
    </Screen>
  );
}

/** The count beside the title: all, or how many of all. */
function useCount(model: PeopleModel): () => string | undefined {
  const t = useText(peopleText);
  const format = useFormat();
  return () => {
    const [shown, total] = [model.ids()?.length, model.total()];
    if (total === undefined || total === 0) return undefined;
    const all = format().number(total);
    return model.isFiltered() && shown !== undefined ? t("count", format().number(shown), all) : all;
  };
}

function Somebody(props: { readonly model: PeopleModel }): JSX.Element {
  const t = useText(peopleText);
  return (
    <div class="flex h-full flex-col">
      <Filling />
      <Filters
        search={props.model.search()}
        onSearch={props.model.setSearch}
        statusId={props.model.statusId()}
        onStatus={props.model.setStatus}
      />
      <Show when={props.model.ids()}>
        {(ids) => (
          <Show when={ids().length > 0} fallback={<NoMatch onClear={props.model.clear} />}>
            <PeopleList
              ids={ids()}
              about={props.model.about()}
              rows={props.model.rows}
              href={props.model.place}
              opened={props.model.opened()}
              onClose={() => props.model.go()}
            />
          </Show>
        )}
      </Show>
      <span class="sr-only" role="status">
        {props.model.isFiltered() ? t("found", props.model.ids()?.length ?? 0) : ""}
      </span>
    </div>
  );
}

function Nobody(props: { readonly mayAdd: boolean; readonly onAdd: () => void }): JSX.Element {
  const t = useText(peopleText);
  const store = useStore();
  const params = useParams<{ org: string }>();
  const granted = (): boolean => accessTable[store.role()].contact.startsWith("granted");
  const words = (): "empty" | "emptyGranted" | "emptyReader" =>
    props.mayAdd ? "empty" : granted() ? "emptyGranted" : "emptyReader";
  const acts = (): JSX.Element => (
    <>
      <Button tone="primary" icon={UserPlus} onClick={() => props.onAdd()}>
        {t("add")}
      </Button>
      <a href={`/o/${params.org}/import`} class={buttonClass("plain")}>
        <FileInput size={18} aria-hidden="true" />
        {t("import")}
      </a>
    </>
  );
  return (
    <EmptyState icon={Users} title={t(`${words()}.title`)} act={props.mayAdd ? acts() : undefined}>
      {t(`${words()}.body`)}
    </EmptyState>
  );
}

function NoMatch(props: { readonly onClear: () => void }): JSX.Element {
  const t = useText(peopleText);
  return (
    <EmptyState title={t("noMatch.title")} act={<Button onClick={() => props.onClear()}>{t("noMatch.act")}</Button>}>
      {t("noMatch.body")}
    </EmptyState>
  );
}

function ClosedToRole(): JSX.Element {
  const t = useText(peopleText);
  const role = useText(roleWords);
  const store = useStore();
  return (
    <EmptyState icon={Users} title={t("closedToRole.title")}>
      {t("closedToRole.body", role(`role.${store.role()}`))}
    </EmptyState>
  );
}
