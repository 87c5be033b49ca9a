/** A theme chosen on the list page wins over the system's. */
export function applyTheme(): void {
  let chosen: string | null = null;
  try {
    chosen = localStorage.getItem("tapedeck.theme");
  } catch {
    // storage is switched off: the system's theme it is
  }
  if (chosen === "light" || chosen === "dark") document.documentElement.dataset.theme = chosen;
}
