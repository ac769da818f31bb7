// Owns the addresses without a studio: shortcuts, shares and opened files lead to a place of the member's own studio.
// Never shows anything itself; who may come in is decided at that place.
import { Navigate, useLocation, useParams } from "@solidjs/router";
import { Show } from "solid-js";
import type { JSX } from "solid-js";
import { creatableClasses } from "../../policy/roles.ts";
import { useSession } from "../session.ts";
import type { Org } from "../session.ts";
import { Known, NoStudio } from "./Studio.tsx";

/** Where each word leads, under `/o/<org>/`. The manifests name these (client/public). */
const places = { people: "people", import: "import", "new-person": "people?new=1" } as const;

const placeOf = (word: string | undefined): string =>
  Object.entries(places).find(([name]) => name === word)?.[1] ?? places.people;

const mayAdd = ({ role }: Org): boolean => creatableClasses(role).includes("contact");

/** Leads `/go/<word>` to its place, in the first studio where the member may add people, else in the first. Rule: PW7. */
export function Go(): JSX.Element {
  const params = useParams<{ word: string }>();
  return <Lead to={placeOf(params.word)} />;
}

/** Leads files from outside to the import screen; what the address says of their fate goes along. Rule: PW8. */
export function Share(): JSX.Element {
  const location = useLocation();
  return <Lead to={`${places.import}${location.search}`} />;
}

function Lead(props: { readonly to: string }): JSX.Element {
  const session = useSession();
  const location = useLocation();
  const org = (): Org | undefined => session.orgs().find(mayAdd) ?? session.orgs()[0];
  return (
    <Known next={`${location.pathname}${location.search}`}>
      <Show when={org()} fallback={<NoStudio />}>
        {(found) => <Navigate href={`/o/${found().id}/${props.to}`} />}
      </Show>
    </Known>
  );
}
