// Owns who has data on this device: of oneself each studio, of others a name and numbers; and wiping one studio of one's own.
// Never opens another member's data, and never wipes the studio that is open: it would be filled again.
import { createResource, createSignal, For, Show } from "solid-js";
import type { JSX } from "solid-js";
import { useDevice } from "../../device.ts";
import type { Device } from "../../device.ts";
import { useFormat } from "../../i18n/format.ts";
import { useText } from "../../i18n/i18n.ts";
import { useSession } from "../../session.ts";
import { useShell } from "../../shell/Shell.tsx";
import type { HeldStudio, Holder } from "../../store/holders.ts";
import { Button } from "../../ui/Button.tsx";
import { ConfirmDialog } from "../../ui/ConfirmDialog.tsx";
import { Section } from "../../ui/Section.tsx";
import { useToasts } from "../../ui/toasts.ts";
import { membersText } from "./membersText.ts";

type Held = { readonly holder: Holder; readonly studios: readonly HeldStudio[] };

async function readHeld(device: Device): Promise<Held[]> {
  const holders = await device.holders();
  return Promise.all(holders.map(async (holder) => ({ holder, studios: await device.studios(holder.user) })));
}

/** Who has data here. Rule: ME5. */
export function Members(): JSX.Element {
  const t = useText(membersText);
  const session = useSession();
  const device = useDevice();
  const [held, { refetch }] = createResource(() => readHeld(device));
  const mine = (): Held | undefined => held.latest?.find(({ holder }) => holder.user === session.member());
  const others = (): Held[] =>
    held.latest?.filter(({ holder, studios }) => holder.user !== session.member() && studios.length > 0) ?? [];
  return (
    <>
      <Show when={mine()}>
        {(own) => (
          <Section title={t("mine")}>
            <ul class="divide-y divide-line rounded-card border border-line bg-surface">
              <For each={own().studios}>
                {(studio) => <Studio studio={studio} holder={own().holder} onWiped={() => void refetch()} />}
              </For>
            </ul>
            <p class="mt-2 text-sm text-pretty text-muted">{t("openHint")}</p>
          </Section>
        )}
      </Show>
      <Show when={others().length > 0}>
        <Section title={t("others")}>
          <ul class="divide-y divide-line rounded-card border border-line bg-surface">
            <For each={others()}>{(other) => <Other held={other} />}</For>
          </ul>
          <p class="mt-2 text-sm text-pretty text-muted">{t("otherHint")}</p>
        </Section>
      </Show>
    </>
  );
}

type StudioProps = { readonly studio: HeldStudio; readonly holder: Holder; readonly onWiped: () => void };

function Studio(props: StudioProps): JSX.Element {
  const t = useText(membersText);
  const format = useFormat();
  const { org } = useShell();
  const [isAsking, setAsking] = createSignal(false);
  const name = (): string => props.holder.studios.find(({ id }) => id === props.studio.org)?.name ?? "…";
  const isOpen = (): boolean => props.studio.org === org().id;
  return (
    <li class="flex flex-wrap items-center gap-x-4 gap-y-2 px-4 py-3">
      <div class="min-w-0 flex-1">
        <p class="font-medium break-words">
          {name()}
          <Show when={isOpen()}>
            <span class="ml-2 rounded-full bg-tint px-2 py-0.5 text-xs font-medium text-on-tint">{t("open")}</span>
          </Show>
        </p>
        <p class="text-sm text-muted">
          {t("documents", format().number(props.studio.documents))} · <Waiting studios={[props.studio]} />
        </p>
        <Contact holder={props.holder} />
      </div>
      <Show when={!isOpen()}>
        <Button onClick={() => setAsking(true)}>{t("wipe")}</Button>
      </Show>
      <Wiping open={isAsking()} onOpenChange={setAsking} name={name()} studio={props.studio} onWiped={props.onWiped} />
    </li>
  );
}

type WipingProps = {
  readonly open: boolean;
  readonly onOpenChange: (open: boolean) => void;
  readonly name: string;
  readonly studio: HeldStudio;
  readonly onWiped: () => void;
};

function Wiping(props: WipingProps): JSX.Element {
  const t = useText(membersText);
  const format = useFormat();
  const session = useSession();
  const device = useDevice();
  const toasts = useToasts();
  const lost = (): number => props.studio.unsent + props.studio.refused;
  const wipe = async (): Promise<void> => {
    const { user, org } = props.studio;
    props.onOpenChange(false);
    session.tabs.tell({ type: "wiped", user, org });
    try {
      await device.wipe({ user, org });
      toasts.show({ text: t("wiped", props.name) });
    } catch (error) {
      // Hint: only a disk that fails; the mark stays, and the next start tries again.
      reportError(error);
      toasts.show({ text: t("failed"), tone: "danger" });
    }
    props.onWiped();
  };
  return (
    <ConfirmDialog
      open={props.open}
      onOpenChange={(open) => props.onOpenChange(open)}
      title={t("wipeTitle", props.name)}
      goes={lost() === 0 ? [t("goesCopy")] : [t("goesUnsent", format().number(lost())), t("goesCopy")]}
      stays={[t("stays")]}
      typeName={lost() === 0 ? undefined : props.name}
      confirm={t("wipe")}
      onConfirm={() => void wipe()}
    />
  );
}

function Other(props: { readonly held: Held }): JSX.Element {
  const t = useText(membersText);
  const format = useFormat();
  return (
    <li class="px-4 py-3">
      <p class="font-medium break-words">{props.held.holder.name}</p>
      <p class="text-sm text-muted">
        {t("studios", format().number(props.held.studios.length))} · <Waiting studios={props.held.studios} />
      </p>
      <Contact holder={props.held.holder} />
    </li>
  );
}

function Waiting(props: { readonly studios: readonly HeldStudio[] }): JSX.Element {
  const t = useText(membersText);
  const format = useFormat();
  const words = (): string => {
    const unsent = props.studios.reduce((sum, studio) => sum + studio.unsent, 0);
    const refused = props.studios.reduce((sum, studio) => sum + studio.refused, 0);
    const parts = [
      ...(unsent > 0 ? [t("unsent", format().number(unsent))] : []),
      ...(refused > 0 ? [t("refused", format().number(refused))] : []),
    ];
    return parts.length === 0 ? t("allSent") : parts.join(" · ");
  };
  return <>{words()}</>;
}

function Contact(props: { readonly holder: Holder }): JSX.Element {
  const t = useText(membersText);
  const format = useFormat();
  return <p class="text-sm text-muted">{t("contact", format().dateTime(props.holder.contactAt))}</p>;
}
