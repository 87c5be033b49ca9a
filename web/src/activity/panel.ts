import { unwrap, type apiClient, type AuditEntry } from "../api/client";
import { button, element, setText } from "../dom/dom";
import { formatTime } from "../format/time";
import { details, what, who } from "./details";
import { t } from "./text";

export interface PanelOptions {
  client: ReturnType<typeof apiClient>;
  session: string;
  zone: string; // in which times are shown
  explain: (cause: unknown) => string;
  signal: AbortSignal;
}

/** Who was given what of a session, newest first, page after page. */
export async function panel({ client, session, zone, explain, signal }: PanelOptions): Promise<HTMLElement> {
  const list = element("ol", { class: "entries" });
  const says = element("p", { class: "small", role: "status" });
  const older = button(t("panelOlder"), "button", () => void more());
  let token: string | null = null;

  const load = async () => {
    const query = { session: [session], from: "1970-01-01", pageSize: 50, ...(token === null ? {} : { pageToken: token }) };
    const page = await unwrap(client.GET("/audit", { params: { query }, signal }));
    list.append(...page.items.map((entry) => item(entry, zone)));
    token = page.nextPageToken;
    older.hidden = token === null;
    setText(says, list.childElementCount === 0 && token === null ? t("panelEmpty") : "");
  };
  const more = async () => {
    older.disabled = true;
    try {
      await load();
    } catch (cause) {
      if (!signal.aborted) setText(says, explain(cause));
    }
    older.disabled = false;
  };
  await load();
  const all = element("a", { href: `/activity.html?session=${session}&range=P3650D` }, t("panelMore"));
  return element("div", { class: "panel" }, list, says, older, element("p", {}, all));
}

function item(entry: AuditEntry, zone: string): HTMLElement {
  const lines = details(entry, zone).map((line) => element("div", {}, line));
  const head = element(
    "div",
    { class: "entry-head" },
    element("strong", {}, who(entry)),
    element("span", { class: "small" }, formatTime(entry.at, zone)),
  );
  return element("li", {}, head, element("div", {}, what(entry.action)), ...lines);
}
