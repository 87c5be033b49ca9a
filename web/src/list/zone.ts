/** In which zone times are shown: the organisation's, the browser's, or UTC. */
export type ZoneChoice = "organisation" | "local" | "utc";

const kept = "tapedeck.zone";

export function zoneChoice(): ZoneChoice {
  const chosen = localStorage.getItem(kept);
  return chosen === "local" || chosen === "utc" ? chosen : "organisation";
}

export function chooseZone(choice: ZoneChoice): void {
  localStorage.setItem(kept, choice);
}

export function localZone(): string {
  return Intl.DateTimeFormat().resolvedOptions().timeZone;
}

export function zoneOf(choice: ZoneChoice, organisation: string): string {
  return { organisation, local: localZone(), utc: "UTC" }[choice];
}
