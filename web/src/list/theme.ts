import { applyMode, Mode } from "@cloudscape-design/global-styles";

export type Theme = "light" | "dark";

/** The theme that was chosen, else the system's. */
export function currentTheme(): Theme {
  const chosen = localStorage.getItem("tapedeck.theme");
  if (chosen === "light" || chosen === "dark") return chosen;
  return matchMedia("(prefers-color-scheme: dark)").matches ? "dark" : "light";
}

export function applyTheme(theme: Theme): void {
  applyMode(theme === "dark" ? Mode.Dark : Mode.Light);
}

export function chooseTheme(theme: Theme): void {
  localStorage.setItem("tapedeck.theme", theme);
  applyTheme(theme);
}
