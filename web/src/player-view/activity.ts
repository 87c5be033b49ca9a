import type { PanelOptions } from "../activity/panel";
import "../activity/panel.css";
import { button, element, setText } from "../dom/dom";
import type { Key } from "../player/messages.en";

interface Options extends Omit<PanelOptions, "signal"> {
  /** A sentence for what went wrong. */
  explain: (cause: unknown) => string;
}

/** Shows who was given what of the session. What that takes is loaded now. */
export function showActivity(t: (key: Key) => string, options: Options): void {
  const open = new AbortController();
  const says = element("p", { role: "status" }, t("loading"));
  const close = button("×", "button icon", () => dialog.close());
  close.setAttribute("aria-label", t("close"));
  const head = element("div", { class: "panel-head" }, element("h2", { id: "activity-title" }, t("activity")), close);
  const dialog = element("dialog", { class: "side", "aria-labelledby": "activity-title" }, head, says);
  dialog.addEventListener("close", () => {
    open.abort();
    dialog.remove();
  });
  dialog.addEventListener("click", (event) => event.target === dialog && dialog.close());
  document.body.append(dialog);
  dialog.showModal();
  import("../activity/panel")
    .then(({ panel }) => panel({ ...options, signal: open.signal }))
    .then((view) => says.replaceWith(view))
    .catch((cause: unknown) => !open.signal.aborted && setText(says, options.explain(cause)));
}
