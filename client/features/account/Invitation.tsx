// Owns the page behind an invitation: what is offered, what the role sees, and the way in, with or without an account.
import ChevronDown from "lucide-solid/icons/chevron-down";
import { useNavigate } from "@solidjs/router";
import { createSignal, Match, onMount, Show, Switch } from "solid-js";
import type { JSX } from "solid-js";
import * as v from "valibot";
import { roles } from "../../../policy/roles.ts";
import { err } from "../../../shared/result.ts";
import type { Result } from "../../../shared/result.ts";
import type { ApiError } from "../../api.ts";
import { useErrorText } from "../../i18n/errors.ts";
import { useText } from "../../i18n/i18n.ts";
import { roleWords } from "../../i18n/roles.ts";
import { useApi } from "../../session.ts";
import { RoleRights } from "../../ui/RoleRights.tsx";
import { Notice } from "../../ui/State.tsx";
import { AccountLayout } from "./AccountLayout.tsx";
import { Join } from "./Join.tsx";
import { accountText } from "./text.ts";
import { takeToken } from "./token.ts";

const previewSchema = v.object({
  studio: v.string(),
  email: v.string(),
  role: v.picklist(roles),
  hasAccount: v.boolean(),
});

/** What an invitation says before it is accepted. Source: design §7. */
export type Preview = v.InferOutput<typeof previewSchema>;

// Hint: null stands for an address without a secret.
type Answer = Result<Preview, ApiError | null>;

/** Shows an invitation and accepts it. */
export function Invitation(): JSX.Element {
  const t = useText(accountText);
  const api = useApi();
  const navigate = useNavigate();
  const token = takeToken();
  const [answer, setAnswer] = createSignal<Answer | null>(null);
  onMount(async () => {
    setAnswer(token === null ? err(null) : await api({ path: `/api/invitations/${token}`, reply: previewSchema }));
  });
  const preview = (): Preview | undefined => {
    const now = answer();
    return now?.ok === true ? now.value : undefined;
  };
  const failed = (): ApiError | null | undefined => {
    const now = answer();
    return now?.ok === false ? now.error : undefined;
  };
  const title = (): string => {
    const offer = preview();
    if (offer !== undefined) return t("invitation.title", offer.studio);
    return answer() === null ? t("invitation.loading") : t("invitation.failed");
  };
  return (
    <AccountLayout title={title()}>
      <Switch>
        <Match when={preview()}>
          {(offer) => (
            <>
              <Offer preview={offer()} />
              <Join preview={offer()} token={token ?? ""} onDone={() => navigate("/", { replace: true })} />
            </>
          )}
        </Match>
        <Match when={failed() !== undefined}>
          <Failed error={failed() ?? null} />
        </Match>
      </Switch>
    </AccountLayout>
  );
}

function Offer(props: { readonly preview: Preview }): JSX.Element {
  const t = useText(accountText);
  const role = useText(roleWords);
  return (
    <div>
      <p class="font-medium">{t("invitation.as", role(`role.${props.preview.role}`))}</p>
      <p class="text-sm text-muted">{props.preview.email}</p>
      <details class="group mt-1">
        <summary class="flex min-h-touch w-fit items-center gap-1 text-sm font-medium text-primary">
          {t("invitation.sees")}
          <ChevronDown size={16} class="transition-transform group-open:rotate-180" aria-hidden="true" />
        </summary>
        <RoleRights role={props.preview.role} />
      </details>
    </div>
  );
}

function Failed(props: { readonly error: ApiError | null }): JSX.Element {
  const t = useText(accountText);
  const errorText = useErrorText();
  return (
    <>
      <Notice tone="danger">
        <Show when={props.error} fallback={t("verify.none")}>
          {(error) => errorText(error())}
        </Show>
      </Notice>
      <p class="text-sm text-pretty text-muted">{t("invitation.failedBody")}</p>
    </>
  );
}
