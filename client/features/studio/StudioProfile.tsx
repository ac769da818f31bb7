// Owns the screen of the studio's settings: the profile edited in place, the statuses, the studio's own fields.
// Readers see all of it and change none of it.
import Settings from "lucide-solid/icons/settings";
import { For, Show } from "solid-js";
import type { JSX } from "solid-js";
import { useText } from "../../i18n/i18n.ts";
import { Screen } from "../../shell/Screen.tsx";
import { useStatusLook } from "../../statuses.tsx";
import { useStore } from "../../store/use.tsx";
import { Badge, StatusDot } from "../../ui/Mark.tsx";
import { Section } from "../../ui/Section.tsx";
import { EmptyState } from "../../ui/State.tsx";
import { CustomFields } from "./CustomFields.tsx";
import { createSettings, SettingsContext, useSettings } from "./model.ts";
import { Profile } from "./Profile.tsx";
import { studioText } from "./text.ts";

/** The settings of the studio. Rule: ST1. */
export function StudioProfile(): JSX.Element {
  const t = useText(studioText);
  const settings = createSettings();
  return (
    <SettingsContext.Provider value={settings}>
      <Screen title={t("title")} people={settings.faces()}>
        <Show when={settings.studio.profile() === null}>
          <Waiting />
        </Show>
        <Show when={settings.studio.profile()}>
          <div class="mx-auto flex max-w-2xl flex-col gap-6 px-4 py-4 tablet:px-6 tablet:py-6">
            <Show when={!settings.mayWrite()}>
              <p class="text-muted">{t("readOnly")}</p>
            </Show>
            <Profile />
            <Statuses />
            <CustomFields />
          </div>
        </Show>
      </Screen>
    </SettingsContext.Provider>
  );
}

function Waiting(): JSX.Element {
  const t = useText(studioText);
  const store = useStore();
  return (
    <EmptyState icon={Settings} title={t("waiting.title")}>
      {store.status().isOffline ? t("waiting.offline") : t("waiting.body")}
    </EmptyState>
  );
}

function Statuses(): JSX.Element {
  const t = useText(studioText);
  const { studio } = useSettings();
  const look = useStatusLook();
  return (
    <Section title={t("statuses.title")}>
      <p class="mb-2 text-pretty text-muted">{t("statuses.body")}</p>
      <ul class="overflow-hidden rounded-card border border-line bg-surface">
        <For each={studio.statuses()}>
          {(status) => (
            <li class="flex min-h-touch items-center gap-3 border-b border-line px-4 py-1.5 last:border-b-0">
              <StatusDot colour={status.color} class="flex-1 font-medium">
                {look(status.id).label}
              </StatusDot>
              <Show when={status.isInitial}>
                <Badge tone="tint">{t("statuses.initial")}</Badge>
              </Show>
              <span class="text-xs text-muted">{t(`lifecycle.${status.lifecycle}`)}</span>
            </li>
          )}
        </For>
      </ul>
    </Section>
  );
}
