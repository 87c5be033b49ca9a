import Box from "@cloudscape-design/components/box";
import Button from "@cloudscape-design/components/button";
import CollectionPreferences from "@cloudscape-design/components/collection-preferences";
import Header from "@cloudscape-design/components/header";
import SpaceBetween from "@cloudscape-design/components/space-between";
import Table from "@cloudscape-design/components/table";
import type { Client } from "openapi-fetch";
import { useState } from "react";
import type { paths } from "../api/schema.gen";
import { formatTime } from "../format/time";
import { bounds } from "./address";
import { columns, type ColumnId } from "./columns";
import { loadPreferences, preferenceChoices, savePreferences, type Preferences } from "./preferences";
import { RangePicker } from "./range";
import { rememberOpened, useReturn } from "./return";
import { Failed } from "./status";
import { t } from "./text";
import { useAddress } from "./use-address";
import { useSessions } from "./use-sessions";

/** The list. */
export function Sessions({ client, zone }: { client: Client<paths>; zone: string }) {
  const [preferences, setPreferences] = useState(loadPreferences);
  const { address, number, change, next, previous } = useAddress(preferences.pageSize);
  const { page, loading, failure, refreshedAt, refresh } = useSessions(client, address, zone);
  useReturn(page !== null && !loading);
  const keep = (p: Preferences) => {
    savePreferences(p);
    setPreferences(p);
  };
  const visible = preferences.display.filter((c) => c.visible);
  const now = new Date();
  const { from, to } = bounds(address.range, zone, now);
  const more = page?.nextPageToken ?? null;

  return (
    <SpaceBetween size="m">
      {failure !== null && <Failed title={t("failed")} cause={failure} retry={refresh} />}
      <div onClickCapture={rememberOpened}>
        <Table
          variant="full-page"
          stickyHeader
          resizableColumns
          trackBy="id"
          items={page?.items ?? []}
          loading={loading && page === null}
          loadingText={t("loading")}
          columnDefinitions={columns(zone, (id) => preferences.widths[id], now.toISOString())}
          columnDisplay={preferences.display}
          wrapLines={preferences.wrapLines}
          onColumnWidthsChange={({ detail }) => {
            const changed = visible.map((c, i) => [c.id, detail.widths[i]] as [ColumnId, number]);
            keep({ ...preferences, widths: { ...preferences.widths, ...Object.fromEntries(changed) } });
          }}
          ariaLabels={{ tableLabel: t("sessionLogs"), resizerRoleDescription: t("columns") }}
          header={
            <Header
              variant="awsui-h1-sticky"
              actions={
                <SpaceBetween direction="horizontal" size="xs" alignItems="center">
                  <Box color="text-body-secondary" variant="span">
                    <span role="status">
                      {loading
                        ? t("loading")
                        : refreshedAt && t("refreshed", { time: formatTime(refreshedAt.toISOString(), zone).slice(11) })}
                    </span>
                  </Box>
                  <Button iconName="refresh" ariaLabel={t("refresh")} onClick={refresh} loading={loading} />
                </SpaceBetween>
              }
            >
              {t("sessionLogs")}
            </Header>
          }
          filter={<RangePicker range={address.range} onChange={(range) => change({ range })} />}
          pagination={
            <SpaceBetween direction="horizontal" size="xxs" alignItems="center">
              <Button
                variant="icon"
                iconName="angle-left-double"
                ariaLabel={t("firstPage")}
                disabled={address.page === null}
                onClick={() => change({})}
              />
              <Button
                variant="icon"
                iconName="angle-left"
                ariaLabel={t("previousPage")}
                disabled={!previous}
                onClick={() => previous?.()}
              />
              <span>{number !== null && t("page", { n: number })}</span>
              <Button variant="icon" iconName="angle-right" ariaLabel={t("nextPage")} disabled={!more} onClick={() => more && next(more)} />
            </SpaceBetween>
          }
          preferences={
            <CollectionPreferences
              {...preferenceChoices()}
              preferences={{ pageSize: address.pageSize, wrapLines: preferences.wrapLines, contentDisplay: preferences.display }}
              onConfirm={({ detail }) => {
                const pageSize = detail.pageSize ?? address.pageSize;
                keep({
                  ...preferences,
                  pageSize,
                  wrapLines: detail.wrapLines ?? false,
                  display: (detail.contentDisplay ?? preferences.display) as Preferences["display"],
                });
                if (pageSize !== address.pageSize) change({ pageSize });
              }}
            />
          }
          empty={
            failure === null && (
              <SpaceBetween size="s" alignItems="center">
                <b>{t("empty", { from: formatTime(from, zone), to: formatTime(to, zone) })}</b>
                <Button onClick={() => change({ range: { kind: "days", n: 90 } })}>{t("widen")}</Button>
              </SpaceBetween>
            )
          }
          footer={page?.searchedBackTo && <Box>{t("searchedBack", { time: formatTime(page.searchedBackTo, zone) })}</Box>}
        />
      </div>
    </SpaceBetween>
  );
}
