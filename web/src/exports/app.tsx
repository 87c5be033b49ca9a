import Alert from "@cloudscape-design/components/alert";
import Box from "@cloudscape-design/components/box";
import Button from "@cloudscape-design/components/button";
import Header from "@cloudscape-design/components/header";
import Link from "@cloudscape-design/components/link";
import ProgressBar from "@cloudscape-design/components/progress-bar";
import SpaceBetween from "@cloudscape-design/components/space-between";
import StatusIndicator, { type StatusIndicatorProps } from "@cloudscape-design/components/status-indicator";
import Table from "@cloudscape-design/components/table";
import { useState } from "react";
import { active, cancel, fetchAddress, save, type Export } from "../download/download";
import { t as say } from "../download/text";
import { formatBytes } from "../format/bytes";
import { formatDuration, formatTime } from "../format/time";
import { describe, Failed } from "../list/status";
import { t as list } from "../list/text";
import { Shell } from "../page/shell";
import type { Visit } from "../page/start";
import { t } from "./text";
import { useExports } from "./use-exports";

export function App({ clients, me, signOut }: Visit) {
  const path = [
    { text: list("sessionLogs"), href: "/" },
    { text: t("exports"), href: "/exports.html" },
  ];
  return (
    <Shell me={me} signOut={signOut} contentType="table" path={path} content={(zone) => <Exports client={clients.client} zone={zone} />} />
  );
}

const keptHours = 24;

/** One's own exports, newest first. */
function Exports({ client, zone }: { client: Visit["clients"]["client"]; zone: string }) {
  const { exports, failure, refresh } = useExports(client);
  const [refused, setRefused] = useState<unknown>(null);
  const act = (what: () => Promise<void>) => {
    setRefused(null);
    what().then(refresh, setRefused);
  };
  return (
    <SpaceBetween size="m">
      {failure !== null && <Failed title={t("failed")} cause={failure} retry={refresh} retryText={t("tryAgain")} />}
      {refused !== null && (
        <Alert type="error" header={t("failedAction")} dismissible dismissAriaLabel={t("dismiss")} onDismiss={() => setRefused(null)}>
          {describe(refused).text}
        </Alert>
      )}
      <Table
        variant="full-page"
        trackBy="id"
        items={exports ?? []}
        loading={exports === null && failure === null}
        loadingText={t("loading")}
        ariaLabels={{ tableLabel: t("exports") }}
        wrapLines
        header={
          <Header
            variant="h1"
            description={t("help", { hours: keptHours })}
            actions={<Button iconName="refresh" ariaLabel={t("refresh")} onClick={refresh} />}
          >
            {t("exports")}
          </Header>
        }
        columnDefinitions={[
          { id: "file", header: t("file"), cell: (e) => <File job={e} />, isRowHeader: true, width: 380 },
          {
            id: "session",
            header: t("session"),
            cell: (e) => <Link href={`/player.html?id=${e.sessionId}`}>{e.sessionRecord}</Link>,
            width: 220,
          },
          { id: "created", header: t("created"), cell: (e) => formatTime(e.createdAt, zone), width: 170 },
          { id: "size", header: t("size"), cell: (e) => formatBytes(e.bytesTotal), width: 100 },
          { id: "state", header: t("state"), cell: (e) => <State job={e} zone={zone} />, width: 300 },
          {
            id: "action",
            header: t("action"),
            cell: (e) => (
              <Action
                job={e}
                download={() => act(async () => save(await fetchAddress(client, e.id)))}
                cancel={() => act(() => cancel(client, e.id))}
              />
            ),
            width: 160,
          },
        ]}
        empty={
          exports && (
            <Box textAlign="center">
              <b>{t("empty")}</b>
              <Box color="text-body-secondary">{t("emptyHelp")}</Box>
            </Box>
          )
        }
      />
    </SpaceBetween>
  );
}

function File({ job }: { job: Export }) {
  return (
    <>
      {job.fileName} {!job.encrypted && <Box variant="small">({t("notEncrypted")})</Box>}
    </>
  );
}

const look: Record<Export["state"], StatusIndicatorProps.Type> = {
  REQUESTED: "pending",
  RUNNING: "in-progress",
  VERIFYING: "in-progress",
  READY: "success",
  EXPIRED: "stopped",
  FAILED: "error",
  CANCELLED: "stopped",
};

function State({ job, zone }: { job: Export; zone: string }) {
  const words = say(job.state, { time: job.expiresAt ? formatTime(job.expiresAt, zone) : "", error: job.error ?? "" });
  if (!active(job)) return <StatusIndicator type={look[job.state]}>{words}</StatusIndicator>;
  const left = job.etaSeconds === null ? "" : say("left", { time: formatDuration(job.etaSeconds * 1000) });
  const value = job.partsTotal > 0 ? Math.round((100 * job.partsDone) / job.partsTotal) : 0;
  const far = say("progress", {
    done: job.partsDone,
    total: job.partsTotal,
    bytes: formatBytes(job.bytesDone),
    all: formatBytes(job.bytesTotal),
  });
  return <ProgressBar label={words} value={value} additionalInfo={[far, left].filter(Boolean).join(", ")} />;
}

function Action({ job, download, cancel }: { job: Export; download(): void; cancel(): void }) {
  const file = job.fileName;
  if (active(job))
    return (
      <Button onClick={cancel} ariaLabel={t("cancelFile", { file })}>
        {t("cancel")}
      </Button>
    );
  if (job.state === "READY")
    return (
      <Button onClick={download} ariaLabel={t("downloadFile", { file })}>
        {t("download")}
      </Button>
    );
  return <Link href={`/player.html?id=${job.sessionId}`}>{t("again")}</Link>;
}
