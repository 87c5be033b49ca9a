import type { CollectionPreferencesProps } from "@cloudscape-design/components/collection-preferences";
import { pageSizes } from "./address";
import { columnIds, type ColumnId } from "./columns";
import { t } from "./text";

/** What a person chose for the list on this browser. */
export interface Preferences {
  pageSize: number;
  wrapLines: boolean;
  display: { id: ColumnId; visible: boolean }[];
  widths: Partial<Record<ColumnId, number>>;
}

const kept = "tapedeck.list-preferences";
const extra: ColumnId[] = ["duration", "size", "state"];

const initial: Preferences = {
  pageSize: 50,
  wrapLines: false,
  display: columnIds.map((id) => ({ id, visible: !extra.includes(id) })),
  widths: {},
};

export function loadPreferences(): Preferences {
  try {
    const p = { ...initial, ...(JSON.parse(localStorage.getItem(kept) ?? "{}") as Partial<Preferences>) };
    const known = p.display.filter((c) => columnIds.includes(c.id));
    const added = initial.display.filter((c) => !known.some((k) => k.id === c.id));
    return { ...p, display: [...known, ...added] };
  } catch {
    return initial; // not what this page wrote
  }
}

export function savePreferences(p: Preferences): void {
  localStorage.setItem(kept, JSON.stringify(p));
}

/** The texts and choices of the preferences window. */
export function preferenceChoices(display: Preferences["display"]): Partial<CollectionPreferencesProps> {
  return {
    title: t("preferences"),
    confirmLabel: t("confirm"),
    cancelLabel: t("cancel"),
    pageSizePreference: { title: t("pageSize"), options: pageSizes.map((n) => ({ value: n, label: t("sessions", { n }) })) },
    wrapLinesPreference: { label: t("wrapLines"), description: "" },
    contentDisplayPreference: {
      title: t("columns"),
      options: columnIds
        .filter((id) => display.some((c) => c.id === id))
        .map((id) => ({ id, label: t(id), alwaysVisible: id === "actionAt" })),
    },
  };
}
