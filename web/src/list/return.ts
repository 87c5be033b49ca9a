import { useEffect, useRef } from "react";

const listKey = "tapedeck.list";
const openedKey = "tapedeck.opened";

/** Remembers from where a session is opened, so that the player's Close leads back to it. */
export function rememberOpened(event: React.MouseEvent): void {
  const link = event.target instanceof Element ? event.target.closest<HTMLAnchorElement>('a[href^="/player.html"]') : null;
  if (!link) return;
  sessionStorage.setItem(listKey, location.search);
  sessionStorage.setItem(openedKey, link.getAttribute("href")!);
}

/** After coming back: brings the session that was opened into view, and the focus to its link. Once. */
export function useReturn(ready: boolean): void {
  const done = useRef(false);
  useEffect(() => {
    if (!ready || done.current) return;
    done.current = true;
    const opened = sessionStorage.getItem(openedKey);
    if (opened === null || sessionStorage.getItem(listKey) !== location.search) return;
    sessionStorage.removeItem(openedKey);
    const link = [...document.querySelectorAll<HTMLAnchorElement>("a[href]")].find((a) => a.getAttribute("href") === opened);
    link?.scrollIntoView({ block: "center" });
    link?.focus({ preventScroll: true });
  }, [ready]);
}
