import Button from "@cloudscape-design/components/button";
import ButtonDropdown from "@cloudscape-design/components/button-dropdown";
import Header from "@cloudscape-design/components/header";
import SpaceBetween from "@cloudscape-design/components/space-between";
import Table from "@cloudscape-design/components/table";
import { useEffect, useRef } from "react";
import { Problem, type Clients, type Me } from "../api/client";
import type { FormatName } from "../export/export";
import { formatTime } from "../format/time";
import { bounds, daysOf, wider } from "../list/address";
import { SearchedBack } from "../list/ends";
import { ExportNotice } from "../list/export-notice";
import { Pager } from "../list/pager";
import { Failed } from "../list/status";
import { t as list } from "../list/text";
import { useAddress } from "../list/use-address";
import { useExport } from "../list/use-export";
import { formatAddress, parseAddress, usualRange } from "./address";
import { columns } from "./columns";
import { formats } from "./file";
import { Filters } from "./filters";
import { t } from "./text";
import { askEntries, useEntries, type Query } from "./use-entries";

/** The audit log. */
export function Activity({ clients, me, zone }: { clients: Clients; me: Me; zone: string }) {
  const { address, at, number, change, next, previous, renew } = useAddress(
    (search) => parseAddress(search, me.timeZone),
    (address) => formatAddress(address, me.timeZone),
  );
  const { wanted, range, timeZone, pageSize } = address;
  const { from, to } = bounds(range, timeZone, at);
  const { page, loading, failure, refresh } = useEntries(clients.client, { ...wanted, from, to }, pageSize, address.page);
  const file = useExport(formats, (query: Query, pageSize, pageToken, signal) =>
    askEntries(clients.background, query, pageSize, pageToken, signal),
  );
  const shownIn = useRef(zone);
  useEffect(() => {
    if (shownIn.current !== zone) change({ timeZone: zone });
    shownIn.current = zone;
  }, [zone]);

  const again = () => {
    renew();
    refresh();
  };
  const first = address.page === null ? null : () => change({});
  const token = page?.nextPageToken;
  const more = token ? () => !loading && next(token) : null; // while loading, the rows and their token are of the page before
  const lost = failure instanceof Problem && failure.code === "invalid_page_token" ? first : null;
  const asked = Object.keys(wanted).length > 0;
  const longer = wider(range, timeZone, at);
  const days = daysOf(from, to, timeZone);
  const words = { from: formatTime(from, zone), to: formatTime(to, zone) };
  return (
    <SpaceBetween size="m">
      {failure !== null && (
        <Failed title={t("failed")} cause={failure} retry={lost ?? again} retryText={list(lost ? "firstPage" : "tryAgain")} />
      )}
      {file.running && <ExportNotice of="entries" running={file.running} zone={zone} resume={file.resume} dismiss={file.dismiss} />}
      <Table
        variant="full-page"
        stickyHeader
        resizableColumns
        wrapLines
        trackBy="id"
        items={page?.items ?? []}
        loading={loading && page === null}
        loadingText={t("loading")}
        columnDefinitions={columns(zone, at.toISOString(), (wanted) => change({ wanted }))}
        ariaLabels={{ tableLabel: list("activity"), resizerRoleDescription: list("columns") }}
        header={
          <Header
            variant="awsui-h1-sticky"
            description={t("help")}
            actions={
              <SpaceBetween direction="horizontal" size="xs">
                <ButtonDropdown
                  items={[
                    { id: "csv", text: "CSV" },
                    { id: "json", text: "JSON" },
                  ]}
                  loading={file.running?.state === "running"}
                  loadingText={list("exportRuns")}
                  onItemClick={({ detail }) =>
                    file.start(detail.id as FormatName, { ...wanted, from, to }, `activity-${days.from}-${days.to}`)
                  }
                >
                  {list("export")}
                </ButtonDropdown>
                <Button iconName="refresh" ariaLabel={list("refresh")} onClick={again} loading={loading} />
              </SpaceBetween>
            }
          >
            {list("activity")}
          </Header>
        }
        filter={<Filters wanted={wanted} range={range} onChange={(part) => change(part.range ? { ...part, timeZone: zone } : part)} />}
        pagination={<Pager number={number} first={first} previous={previous} next={more} />}
        empty={
          page &&
          (page.complete ? (
            <SpaceBetween size="s" alignItems="center">
              <b>{t(first ? "noMore" : "empty", words)}</b>
              {asked && !first && <span>{t("emptyFilters")}</span>}
              <SpaceBetween direction="horizontal" size="xs">
                {longer && !first && (
                  <Button onClick={() => change({ range: longer, timeZone: zone })}>{list("widen", { n: longer.n })}</Button>
                )}
                {asked && <Button onClick={() => change({ wanted: {}, range: usualRange })}>{list("clearAll")}</Button>}
              </SpaceBetween>
            </SpaceBetween>
          ) : (
            <SearchedBack page={page} zone={zone} next={more} words="noneYet" />
          ))
        }
        footer={page && !page.complete && page.items.length > 0 && <SearchedBack page={page} zone={zone} next={more} />}
      />
    </SpaceBetween>
  );
}
