interface History {
  currentEntry: { index: number } | null;
  entries(): { url: string | null }[];
}

/**
 * Goes back to the list, to the same place in it. `tapedeck.list` is the list's query in this tab, left by the list
 * page; if the page before this one is that list, going back restores it with its scroll position.
 */
export function leave(): void {
  let query: string | null = null;
  try {
    query = sessionStorage.getItem("tapedeck.list");
  } catch {
    // storage is switched off
  }
  if (query !== null && listIsBefore()) history.back();
  else location.href = `/${query?.startsWith("?") ? query : ""}`;
}

// Entries are those of this origin only, so a sign-in in between is not taken for the list. The pages send no
// referrer, and a browser then hides the addresses of entries: an unknown one is the list, from where players open.
function listIsBefore(): boolean {
  const navigation = (window as { navigation?: History }).navigation;
  const current = navigation?.currentEntry?.index ?? -1;
  const before = navigation?.entries()[current - 1];
  if (!before) return false;
  return before.url === null || ["/", "/index.html"].includes(new URL(before.url).pathname);
}
