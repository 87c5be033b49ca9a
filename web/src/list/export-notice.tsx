import Alert from "@cloudscape-design/components/alert";
import Box from "@cloudscape-design/components/box";
import Button from "@cloudscape-design/components/button";
import ProgressBar from "@cloudscape-design/components/progress-bar";
import { formatNumber } from "../i18n/i18n";
import { formatTime } from "../format/time";
import { describe } from "./status";
import { t } from "./text";
import type { Running } from "./use-export";

interface Props {
  of: "sessions" | "entries";
  running: Running;
  zone: string;
  resume(): void;
  dismiss(): void;
}

/** How far an export is, and how it ended. */
export function ExportNotice({ of, running, zone, resume, dismiss }: Props) {
  const { format, progress, state, failure } = running;
  const what = format.toUpperCase();
  const n = formatNumber(progress.rows);
  const sofar =
    progress.back === null ? "" : t(of === "entries" ? "exportSoFarEntries" : "exportSoFar", { n, time: formatTime(progress.back, zone) });
  if (state === "done")
    return (
      <Alert type="success" dismissible dismissAriaLabel={t("close")} onDismiss={dismiss}>
        <span role="status">{t(of === "entries" ? "exportedEntries" : "exported", { n, what })}</span>
      </Alert>
    );
  if (state === "failed") {
    const { text, request } = describe(failure);
    return (
      <Alert
        type="error"
        header={t("exportFailed", { what })}
        action={<Button onClick={resume}>{t("exportGoOn")}</Button>}
        dismissible
        dismissAriaLabel={t("cancel")}
        onDismiss={dismiss}
      >
        <div>{text}</div>
        <div>{sofar}</div>
        {request && <Box variant="small">{t("requestId", { id: request })}</Box>}
      </Alert>
    );
  }
  return (
    <Alert type="info" action={<Button onClick={dismiss}>{t("cancel")}</Button>}>
      <ProgressBar label={t("exporting", { what })} value={part(running)} additionalInfo={sofar} />
    </Alert>
  );
}

/** The part of the range that was read, in percent. Nothing is to be found after the start of the export. */
function part({ query, progress, startedAt }: Running): number {
  const from = Date.parse(query.from);
  const to = Math.min(Date.parse(query.to), Date.parse(startedAt));
  if (progress.back === null || to <= from) return 0;
  return Math.min(99, Math.max(0, Math.round(((to - Date.parse(progress.back)) / (to - from)) * 100)));
}
