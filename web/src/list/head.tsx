import Box from "@cloudscape-design/components/box";
import Button from "@cloudscape-design/components/button";
import ButtonDropdown from "@cloudscape-design/components/button-dropdown";
import Header from "@cloudscape-design/components/header";
import SpaceBetween from "@cloudscape-design/components/space-between";
import type { FormatName } from "../export/export";
import { formatTime } from "../format/time";
import { formatNumber } from "../i18n/i18n";
import { t } from "./text";

interface Props {
  loading: boolean;
  refreshedAt: Date | null;
  zone: string;
  news: number;
  exporting: boolean;
  refresh(): void;
  onExport(format: FormatName): void;
}

/** The title of the list, and what can be done with the whole of it. */
export function Head({ loading, refreshedAt, zone, news, exporting, refresh, onExport }: Props) {
  const n = formatNumber(news);
  return (
    <Header
      variant="awsui-h1-sticky"
      actions={
        <SpaceBetween direction="horizontal" size="xs" alignItems="center">
          <Box color="text-body-secondary" variant="span">
            <span role="status">
              {loading ? t("loading") : refreshedAt && t("refreshed", { time: formatTime(refreshedAt.toISOString(), zone).slice(11) })}
            </span>
          </Box>
          <span role="status">
            {news > 0 && !loading && (
              <Button onClick={refresh} ariaLabel={t("newSessionsHelp", { n })}>
                {t("newSessions", { n })}
              </Button>
            )}
          </span>
          <ButtonDropdown
            items={[
              { id: "csv", text: "CSV" },
              { id: "json", text: "JSON" },
            ]}
            loading={exporting}
            loadingText={t("exportRuns")}
            onItemClick={({ detail }) => onExport(detail.id as FormatName)}
          >
            {t("export")}
          </ButtonDropdown>
          <Button iconName="refresh" ariaLabel={t("refresh")} onClick={refresh} loading={loading} />
        </SpaceBetween>
      }
    >
      {t("sessionLogs")}
    </Header>
  );
}
