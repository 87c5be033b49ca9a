import Box from "@cloudscape-design/components/box";
import Button from "@cloudscape-design/components/button";
import Link from "@cloudscape-design/components/link";
import SpaceBetween from "@cloudscape-design/components/space-between";
import StatusIndicator from "@cloudscape-design/components/status-indicator";
import type { TableProps } from "@cloudscape-design/components/table";
import type { AuditEntry } from "../api/client";
import { formatTime, offset } from "../format/time";
import type { Wanted } from "./address";
import { details, what, who } from "./details";
import { t } from "./text";

/** The columns; `only` shows nothing but the entries of somebody, or of a session. */
export function columns(zone: string, now: string, only: (wanted: Wanted) => void): TableProps.ColumnDefinition<AuditEntry>[] {
  return [
    {
      id: "time",
      header: `${t("time")} (${offset(zone, now)})`,
      cell: (e) => <span title={offset(zone, e.at)}>{formatTime(e.at, zone)}</span>,
      isRowHeader: true,
      width: 200,
    },
    { id: "who", header: t("who"), cell: (e) => <Who entry={e} only={only} />, width: 230 },
    { id: "what", header: t("what"), cell: (e) => <What action={e.action} />, width: 200 },
    { id: "session", header: t("session"), cell: (e) => e.sessionId && <Session id={e.sessionId} only={only} />, width: 300 },
    { id: "details", header: t("details"), cell: (e) => details(e, zone).map((line, i) => <div key={i}>{line}</div>), width: 480 },
  ];
}

function Who({ entry, only }: { entry: AuditEntry; only(wanted: Wanted): void }) {
  const name = who(entry);
  if (!entry.person && !entry.gateway) return <>{name}</>;
  const wanted: Wanted = entry.gateway ? { gateway: [entry.gateway] } : { person: [entry.person] };
  return (
    <>
      <Button variant="inline-link" ariaLabel={t("only", { what: name })} onClick={() => only(wanted)}>
        {name}
      </Button>
      {entry.personEmail && entry.personEmail !== name && <Box variant="small">{entry.personEmail}</Box>}
    </>
  );
}

function What({ action }: { action: AuditEntry["action"] }) {
  const words = what(action);
  if (action === "refused" || action === "conflict") return <StatusIndicator type="warning">{words}</StatusIndicator>;
  return action === "export failed" ? <StatusIndicator type="error">{words}</StatusIndicator> : <>{words}</>;
}

function Session({ id, only }: { id: string; only(wanted: Wanted): void }) {
  return (
    <SpaceBetween direction="horizontal" size="xxs" alignItems="center">
      <Link href={`/player.html?id=${id}`} ariaLabel={t("replay", { id })}>
        {id}
      </Link>
      <Button variant="inline-icon" iconName="filter" ariaLabel={t("onlySession")} onClick={() => only({ session: [id] })} />
    </SpaceBetween>
  );
}
