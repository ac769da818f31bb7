// Owns the button with the member's face; the menu behind it is loaded when it is first opened.
import { createSignal, lazy, Show, Suspense } from "solid-js";
import type { JSX } from "solid-js";
import { useText } from "../i18n/i18n.ts";
import { useMembers } from "../members.ts";
import { useSession } from "../session.ts";
import { Face } from "../ui/Faces.tsx";
import { memberButton } from "./look.ts";
import { shellText } from "./text.ts";

const MemberMenuOpen = lazy(async () => ({ default: (await import("./MemberMenuOpen.tsx")).MemberMenuOpen }));

/** The member's own menu: studios, appearance, language, signing out. */
export function MemberMenu(): JSX.Element {
  const t = useText(shellText);
  const session = useSession();
  const [opened, setOpened] = createSignal(false);
  const name = (): string => session.me()?.name ?? "";
  const closed = (): JSX.Element => (
    <button
      type="button"
      class={memberButton}
      aria-haspopup="menu"
      aria-label={t("member", name())}
      title={name()}
      onPointerEnter={() => void MemberMenuOpen.preload()}
      onClick={() => setOpened(true)}
    >
      <MemberFace name={name()} />
    </button>
  );
  return (
    <Show when={opened()} fallback={closed()}>
      <Suspense fallback={closed()}>
        <MemberMenuOpen face={<MemberFace name={name()} />} />
      </Suspense>
    </Show>
  );
}

function MemberFace(props: { readonly name: string }): JSX.Element {
  const session = useSession();
  const members = useMembers();
  return <Face name={props.name} colour={members.byId(session.me()?.id ?? "")?.colour ?? "#5b6866"} />;
}
