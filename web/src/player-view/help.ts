import type { Key } from "../player/messages.en";
import { button, element } from "../dom/dom";

const keys: [string[], Key][] = [
  [["Space"], "helpPlay"],
  [["←", "→"], "helpMove"],
  [["Shift ←", "Shift →"], "helpMovePart"],
  [["Page Down", "Page Up"], "helpMinute"],
  [["0", "…", "9"], "helpParts"],
  [["Home", "End"], "helpEnds"],
  [[",", "."], "helpFrame"],
  [["[", "]"], "helpMarker"],
  [["<", ">"], "helpSpeed"],
  [["/"], "helpSearch"],
  [["F"], "helpFullScreen"],
  [["?"], "helpHelp"],
  [["Esc"], "helpClose"],
];

/** Shows the keys of the page. */
export function showHelp(t: (key: Key) => string): void {
  const list = element("dl", { class: "keys" });
  for (const [names, text] of keys) {
    list.append(element("div", {}, element("dt", {}, ...names.map((name) => element("kbd", {}, name))), element("dd", {}, t(text))));
  }
  const dialog = element("dialog", { "aria-labelledby": "help-title" }, element("h2", { id: "help-title" }, t("keys")), list);
  dialog.append(button(t("close"), "button", () => dialog.close()));
  dialog.addEventListener("close", () => dialog.remove());
  // A click beside it closes it; one inside has a part of the dialog as its target.
  dialog.addEventListener("click", (event) => event.target === dialog && dialog.close());
  document.body.append(dialog);
  dialog.showModal();
}
