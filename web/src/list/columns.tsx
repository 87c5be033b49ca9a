import Link from "@cloudscape-design/components/link";
import Popover from "@cloudscape-design/components/popover";
import StatusIndicator, { type StatusIndicatorProps } from "@cloudscape-design/components/status-indicator";
import type { TableProps } from "@cloudscape-design/components/table";
import type { Session } from "../api/client";
import { formatBytes } from "../format/bytes";
import { dash, formatDuration, formatTime, offset } from "../format/time";
import type { Key } from "./messages.en";
import { t } from "./text";

export const columnIds = [
  "no",
  "actionAt",
  "name",
  "email",
  "role",
  "account",
  "serverName",
  "serverOs",
  "host",
  "port",
  "protocol",
  "clientIp",
  "clientName",
  "connectedFrom",
  "duration",
  "size",
  "state",
  "actions",
] as const satisfies readonly Key[];
export type ColumnId = (typeof columnIds)[number];

const widths: Record<ColumnId, number> = {
  no: 80,
  actionAt: 300,
  name: 140,
  email: 230,
  role: 170,
  account: 130,
  serverName: 150,
  serverOs: 130,
  host: 190,
  port: 80,
  protocol: 110,
  clientIp: 150,
  clientName: 220,
  connectedFrom: 150,
  duration: 100,
  size: 100,
  state: 200,
  actions: 130,
};

const look: Record<Session["state"], StatusIndicatorProps.Type> = {
  ready: "success",
  waiting: "in-progress",
  incomplete: "warning",
  unreadable: "error",
  expired: "stopped",
};

export function columns(
  zone: string,
  width: (id: ColumnId) => number | undefined,
  now: string,
  actions: ((s: Session) => React.ReactNode) | undefined,
): TableProps.ColumnDefinition<Session>[] {
  const cells: Record<ColumnId, (s: Session) => React.ReactNode> = {
    no: (s) => s.no,
    actionAt: (s) => <ActionAt session={s} zone={zone} />,
    name: (s) => dash(s.name),
    email: (s) => dash(s.email),
    role: (s) => dash(s.role),
    account: (s) => dash(s.account),
    serverName: (s) => dash(s.serverName),
    serverOs: (s) => <Listed value={s.serverOs} raw={s.serverOsRaw} />,
    host: (s) => dash(s.host),
    port: (s) => dash(s.port),
    protocol: (s) => <Listed value={s.protocol} raw={s.protocolRaw} />,
    clientIp: (s) => dash(s.clientIp),
    clientName: (s) => dash(s.clientName),
    connectedFrom: (s) => <Listed value={s.connectedFrom} raw={s.connectedFromRaw} />,
    duration: (s) => (s.durationMs === null ? "-" : formatDuration(s.durationMs)),
    size: (s) => (s.sizeBytes === null ? "-" : formatBytes(s.sizeBytes)),
    state: (s) => <State session={s} />,
    actions: (s) => actions?.(s),
  };
  return columnIds
    .filter((id) => id !== "actions" || actions)
    .map((id) => ({
      id,
      header: id === "actionAt" ? `${t(id)} (${offset(zone, now)})` : t(id),
      cell: cells[id],
      isRowHeader: id === "actionAt",
      width: width(id) ?? widths[id],
      minWidth: 60,
    }));
}

/** The start, as a link where there is something to replay, else with the reason why there is not. */
function ActionAt({ session: s, zone }: { session: Session; zone: string }) {
  const time = <span title={offset(zone, s.actionAt)}>{formatTime(s.actionAt, zone)}</span>;
  if (s.state !== "ready")
    return (
      <>
        {time} <State session={s} />
      </>
    );
  return (
    <>
      <Link href={`/player.html?id=${s.id}`} ariaLabel={`${formatTime(s.actionAt, zone)}, ${t("play", { record: s.sessionRecord })}`}>
        {time}
      </Link>
      {s.reason && (
        <>
          {" "}
          <Why title={t("reason")} text={s.reason}>
            <StatusIndicator type="info">{s.reason.split(";")[0]}</StatusIndicator>
          </Why>
        </>
      )}
    </>
  );
}

function State({ session: s }: { session: Session }) {
  const indicator = <StatusIndicator type={look[s.state]}>{t(s.state)}</StatusIndicator>;
  return s.reason ? (
    <Why title={t(s.state)} text={s.reason}>
      {indicator}
    </Why>
  ) : (
    indicator
  );
}

/** A value of a closed list; what the gateway said instead is one key press away. */
function Listed({ value, raw }: { value: string; raw: string }) {
  if (!raw) return <>{dash(value)}</>;
  return (
    <Why title={t("rawValue")} text={raw}>
      {value}
    </Why>
  );
}

function Why({ title, text, children }: { title: string; text: string; children: React.ReactNode }) {
  return (
    <Popover header={title} content={text} dismissAriaLabel={t("cancel")} triggerType="text" size="medium">
      {children}
    </Popover>
  );
}
