// Owns the page of one person, beside the list or over it: which person, what stands there when there is none, the sections.
import CloudDownload from "lucide-solid/icons/cloud-download";
import UserX from "lucide-solid/icons/user-x";
import { useParams } from "@solidjs/router";
import { createMemo, createSignal, Match, onCleanup, onMount, Show, Switch } from "solid-js";
import type { JSX } from "solid-js";
import { accessTable } from "../../../policy/roles.ts";
import { isUuid } from "../../../shared/document.ts";
import { useText } from "../../i18n/i18n.ts";
import { afterPaint } from "../../paint.ts";
import { fillStage } from "../../store/filled.ts";
import { createLive, useStore } from "../../store/use.tsx";
import { buttonClass } from "../../ui/Button.tsx";
import { EmptyState, Notice } from "../../ui/State.tsx";
import { ContactSection } from "./ContactSection.tsx";
import { DetailsSection } from "./DetailsSection.tsx";
import { Head } from "./Head.tsx";
import { History } from "./History.tsx";
import { createShownPerson, PersonContext } from "./model.ts";
import type { PersonModel } from "./model.ts";
import { Notes } from "./Notes.tsx";
import { personText } from "./text.ts";

/** The person the address names. Rule: PE10. */
export function Person(): JSX.Element {
  const store = useStore();
  const params = useParams<{ subject: string }>();
  const mayRead = (): boolean => accessTable[store.role()].contact !== "none";
  const asked = createMemo(() => (mayRead() && isUuid(params.subject) ? params.subject : null));
  const shown = createShownPerson(() => asked());
  return (
    <Show when={asked() !== null} fallback={<NotHere />}>
      <Show when={shown()} keyed>
        {(person) => <Opened person={person} />}
      </Show>
    </Show>
  );
}

function Opened(props: { readonly person: PersonModel }): JSX.Element {
  // Hint: keyed above, so that another person is another component.
  // eslint-disable-next-line solid/reactivity
  const { person } = props;
  const record = () => person.contact.record() ?? person.client?.record();
  return (
    <PersonContext.Provider value={person}>
      <Switch>
        <Match when={person.gone()}>{(gone) => <Gone why={gone()} />}</Match>
        <Match when={person.missing()}>{(why) => <Missing why={why()} />}</Match>
        <Match when={person.isRead() && !record()}>
          <NotHere />
        </Match>
        <Match when={record()}>
          <Page person={person} />
        </Match>
      </Switch>
    </PersonContext.Provider>
  );
}

function Page(props: { readonly person: PersonModel }): JSX.Element {
  const t = useText(personText);
  const mayWrite = (): boolean => props.person.contact.mayWrite();
  const [isPainted, setPainted] = createSignal(false);
  onMount(() => onCleanup(afterPaint(() => setPainted(true))));
  return (
    <div class="mx-auto flex max-w-2xl flex-col gap-4 px-5 pt-3 pb-24 tablet:pb-8">
      <Head />
      <Show when={!mayWrite()}>
        <p class="text-xs text-muted">{t("readOnly")}</p>
      </Show>
      <ContactSection />
      <Show when={props.person.client} fallback={<Notice tone="info">{t("noClient")}</Notice>}>
        {(client) => (
          <>
            <DetailsSection client={client()} />
            <Notes client={client()} />
            {/* Hint: below what is looked at first, so it is drawn in the frame after. Rule: SP6. */}
            <Show when={isPainted()}>
              <History client={client()} />
            </Show>
          </>
        )}
      </Show>
    </div>
  );
}

function Gone(props: { readonly why: "erased" | "revoked" }): JSX.Element {
  const t = useText(personText);
  return (
    <EmptyState icon={UserX} title={t(`${props.why}.title`)} act={<BackToList />}>
      {t(`${props.why}.body`)}
    </EmptyState>
  );
}

/** Hint: online it stands for a moment, while the details come. Rules: S66, S72. */
function Missing(props: { readonly why: "evicted" | "damaged" }): JSX.Element {
  const t = useText(personText);
  const store = useStore();
  const body = (): string => t(store.status().isOffline ? `missing.${props.why}` : "missing.coming");
  return (
    <EmptyState icon={CloudDownload} title={t("missing.title")} act={<BackToList />}>
      {body()}
    </EmptyState>
  );
}

function NotHere(): JSX.Element {
  const t = useText(personText);
  const store = useStore();
  const stage = createLive(() => fillStage(store.db));
  const why = (): "filling" | "offline" | "body" => {
    if (stage() === "none" || stage() === "running") return "filling";
    return store.status().isOffline ? "offline" : "body";
  };
  return (
    <EmptyState icon={UserX} title={t("notFound.title")} act={<BackToList />}>
      {t(`notFound.${why()}`)}
    </EmptyState>
  );
}

function BackToList(): JSX.Element {
  const t = useText(personText);
  const params = useParams<{ org: string }>();
  return (
    <a href={`/o/${params.org}/people`} class={buttonClass("primary")}>
      {t("notFound.act")}
    </a>
  );
}
