// Owns what stands in the place of refused changes: grouped by person, with names and lookups; and the acts on them.
// Never draws.
import { createMemo } from "solid-js";
import type { Accessor } from "solid-js";
import { classOf, subjectOf } from "../../../shared/document.ts";
import { findAction } from "../../../shared/actions.ts";
import { copyOut } from "../../copyOut.ts";
import { useActErrorText } from "../../i18n/acts.ts";
import type { Lookups } from "../../i18n/changes.ts";
import { useText } from "../../i18n/i18n.ts";
import { useStatusLook } from "../../statuses.tsx";
import { rightTo } from "../../store/rights.ts";
import { giveUp, takeBack } from "../../store/quarantine.ts";
import type { QuarantineRow } from "../../store/db.ts";
import { createLive, useStore } from "../../store/use.tsx";
import { createStudio } from "../../studio.ts";
import type { ExportWay } from "../../ui/sync.ts";
import { useToasts } from "../../ui/toasts.ts";
import { useWhose, useWriteUnsaved } from "../../unsaved.ts";
import { refusedText } from "./text.ts";

/** The changes of one person, or of the studio itself; `subject` is null for the studio. */
export type Group = {
  readonly owner: string;
  readonly subject: string | null;
  readonly rows: readonly QuarantineRow[];
};

export type RefusedModel = {
  readonly rows: Accessor<readonly QuarantineRow[]>;
  readonly groups: Accessor<readonly Group[]>;
  readonly look: Lookups;
  readonly mayRetry: (row: QuarantineRow) => boolean;
  readonly retry: (row: QuarantineRow) => Promise<void>;
  readonly giveUp: (rows: readonly QuarantineRow[]) => Promise<void>;
  readonly takeOut: (way: ExportWay, rows: readonly QuarantineRow[]) => Promise<void>;
};

/** Makes the model of the screen; owned. Rules: QU1–QU4. */
export function createRefusedModel(): RefusedModel {
  const store = useStore();
  const names = createNames();
  const look = useLookups();
  const whose = useWhose();
  const rows = createMemo(() => store.quarantine().toSorted((one, other) => (one.at < other.at ? -1 : 1)));
  const groups = createMemo(() => {
    const bySubject = Map.groupBy(rows(), ({ doc }) => subjectOf(doc));
    return [...bySubject].map(([subject, of]) => ({
      subject,
      rows: of,
      owner: whose(subject, names()),
    }));
  });
  return { rows, groups, look, ...useActs({ names, look }) };
}

/** The names of those whom the rows are about, as the list of people has them. */
function createNames(): Accessor<ReadonlyMap<string, string>> {
  const store = useStore();
  const people = createLive(() => {
    const subjects = store.quarantine().flatMap(({ doc }) => subjectOf(doc) ?? []);
    return store.db.people.bulkGet([...new Set(subjects)]);
  });
  return createMemo(
    () => new Map((people() ?? []).flatMap((row) => (row === undefined ? [] : [[row.id, row.name] as const]))),
  );
}

function useLookups(): Lookups {
  const studio = createStudio();
  const status = useStatusLook();
  return { status: (id) => status(id).label, field: (id) => studio.fieldById(id)?.record.label };
}

type Acting = { readonly names: Accessor<ReadonlyMap<string, string>>; readonly look: Lookups };

function useActs({ names, look }: Acting): Pick<RefusedModel, "mayRetry" | "retry" | "giveUp" | "takeOut"> {
  const t = useText(refusedText);
  const store = useStore();
  const toasts = useToasts();
  const errorText = useActErrorText();
  const write = useWriteUnsaved();
  const bringBack = async (rows: readonly QuarantineRow[]): Promise<void> => {
    if (!(await takeBack(store.db, rows))) toasts.show({ text: t("notBack"), tone: "warn" });
  };
  return {
    mayRetry: ({ doc, call, reason }) => {
      const action = call === undefined ? null : findAction(call.action);
      const who = { member: store.member, role: store.role(), isFromServer: true };
      return reason !== "damaged" && action?.class === classOf(doc) && rightTo(doc, who) === "write";
    },
    retry: async ({ id, doc, call }) => {
      if (call === undefined) return;
      const { action, version, args } = call;
      const result = await store.act([{ doc, call: { action, version, args } }]);
      if (!result.ok) return void toasts.show({ text: errorText(result.error), tone: "danger" });
      await store.discardQuarantined(id);
      toasts.show({ text: t("retried") });
    },
    giveUp: async (rows) => {
      await giveUp(store.db, rows);
      toasts.show({ text: t("givenUp", rows.length), undo: () => void bringBack(rows) });
    },
    takeOut: async (way, rows) => {
      const text = write(rows, { names: names(), look });
      toasts.show({ text: t(await copyOut(way, { text, name: t("file") })) });
    },
  };
}
