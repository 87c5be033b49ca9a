import Button, { type ButtonProps } from "@cloudscape-design/components/button";
import CollectionPreferences from "@cloudscape-design/components/collection-preferences";
import SpaceBetween from "@cloudscape-design/components/space-between";
import Table from "@cloudscape-design/components/table";
import { useEffect, useRef, useState } from "react";
import { Problem, unwrap, type Clients, type Me } from "../api/client";
import { formats } from "../export/sessions";
import { bounds, daysOf, formatAddress, linkPageSize, parseAddress, wider, type Address, type Range } from "./address";
import { Chips } from "./chips";
import { columns, type ColumnId } from "./columns";
import { Empty, SearchedBack } from "./ends";
import { ExportNotice } from "./export-notice";
import { Filters } from "./filters";
import { Head } from "./head";
import { Pager } from "./pager";
import { loadPreferences, preferenceChoices, savePreferences, type Preferences } from "./preferences";
import { rememberOpened, useReturn } from "./return";
import { Search } from "./search";
import { Failed } from "./status";
import { t } from "./text";
import { useAddress } from "./use-address";
import { useDownload } from "./use-download";
import { useExport } from "./use-export";
import { useNews } from "./use-news";
import { useSessions, type Query } from "./use-sessions";
import { filterFields, isEmpty, without } from "./where";

interface Props {
  clients: Clients;
  me: Me;
  zone: string; // in which times are shown
}

/** The list. */
export function Sessions({ clients, me, zone }: Props) {
  const organisation = me.timeZone;
  const [preferences, setPreferences] = useState(loadPreferences);
  const own = { timeZone: zone, pageSize: preferences.pageSize };
  const defaults = { link: { timeZone: organisation, pageSize: linkPageSize }, own };
  const { address, at, number, change, next, previous, renew } = useAddress(
    (search) => parseAddress(search, defaults),
    (address) => formatAddress(address, defaults),
  );
  const { where, range, timeZone, pageSize } = address;
  const { from, to } = bounds(range, timeZone, at);
  const loaded = useSessions(clients.client, { ...where, from, to }, pageSize, address.page);
  const { page, loading, failure } = loaded;
  const news = useNews(clients.background, loaded.since);
  const file = useExport(formats, (query: Query, pageSize, pageToken, signal) => {
    const params = { query: { ...query, pageSize, ...(pageToken === null ? {} : { pageToken }) } };
    return unwrap(clients.background.GET("/sessions", { params, signal }));
  });
  const taking = useDownload(clients.client, me);
  const [filtering, setFiltering] = useState(false);
  const filters = useRef<ButtonProps.Ref>(null);
  useReturn(page !== null && !loading);

  const shownIn = useRef(zone);
  useEffect(() => {
    if (shownIn.current !== zone) change({ timeZone: zone });
    shownIn.current = zone;
  }, [zone]);

  const keep = (p: Preferences) => {
    savePreferences(p);
    setPreferences(p);
  };
  const refresh = () => {
    renew();
    loaded.refresh();
  };
  const first = address.page === null ? null : () => change({});
  const token = page?.nextPageToken;
  const more = token ? () => !loading && next(token) : null; // while loading, the rows and their token are of the page before
  const lost = failure instanceof Problem && failure.code === "invalid_page_token" ? first : null;
  const display = preferences.display.filter((c) => c.id !== "actions" || taking.column);
  const visible = display.filter((c) => c.visible);
  const inRange = (range: Range): Partial<Address> => ({ range, timeZone: zone });
  const clear = () => change({ where: {}, range: { kind: "month" }, ...own });
  const days = daysOf(from, to, timeZone);
  const longer = wider(range, timeZone, at);
  const filterCount = Object.keys(where).length - Object.keys(without(where, filterFields)).length;
  const afterChip = (part: Partial<Address>) => {
    change(part);
    filters.current?.focus(); // the chip that had it is gone
  };

  return (
    <SpaceBetween size="m">
      {failure !== null && (
        <Failed title={t("failed")} cause={failure} retry={lost ?? refresh} retryText={t(lost ? "firstPage" : "tryAgain")} />
      )}
      {taking.told}
      {file.running && <ExportNotice of="sessions" running={file.running} zone={zone} resume={file.resume} dismiss={file.dismiss} />}
      <div onClickCapture={rememberOpened}>
        <Table
          variant="full-page"
          stickyHeader
          resizableColumns
          trackBy="id"
          items={page?.items ?? []}
          loading={loading && page === null}
          loadingText={t("loading")}
          columnDefinitions={columns(zone, (id) => preferences.widths[id], at.toISOString(), taking.column)}
          columnDisplay={display}
          wrapLines={preferences.wrapLines}
          onColumnWidthsChange={({ detail }) => {
            const changed = visible.map((c, i) => [c.id, detail.widths[i]] as [ColumnId, number]);
            keep({ ...preferences, widths: { ...preferences.widths, ...Object.fromEntries(changed) } });
          }}
          ariaLabels={{ tableLabel: t("sessionLogs"), resizerRoleDescription: t("columns") }}
          header={
            <Head
              loading={loading}
              refreshedAt={loaded.refreshedAt}
              zone={zone}
              news={news}
              exporting={file.running?.state === "running"}
              refresh={first && news > 0 ? first : refresh}
              onExport={(format) => file.start(format, { ...where, from, to }, `session-logs-${days.from}-${days.to}`)}
            />
          }
          filter={
            <SpaceBetween size="xs">
              <div className="search">
                <Search client={clients.client} where={where} onChange={(where) => change({ where })} />
                <Button ref={filters} iconName="filter" onClick={() => setFiltering(true)}>
                  {filterCount > 0 ? t("filtersCount", { n: filterCount }) : t("filters")}
                </Button>
              </div>
              <Chips
                where={where}
                range={range}
                zone={timeZone === zone ? "" : timeZone}
                onWhere={(where) => afterChip({ where })}
                onMonth={() => afterChip(inRange({ kind: "month" }))}
                onClear={() => {
                  clear();
                  filters.current?.focus();
                }}
              />
            </SpaceBetween>
          }
          pagination={<Pager number={number} first={first} previous={previous} next={more} />}
          preferences={
            <CollectionPreferences
              {...preferenceChoices(display)}
              preferences={{ pageSize, wrapLines: preferences.wrapLines, contentDisplay: display }}
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
            page && (
              <Empty
                page={page}
                first={!first}
                conditions={!isEmpty(where)}
                from={from}
                to={to}
                zone={zone}
                wider={longer && { n: longer.n, go: () => change(inRange(longer)) }}
                next={more}
                clear={clear}
              />
            )
          }
          footer={page && !page.complete && page.items.length > 0 && <SearchedBack page={page} zone={zone} next={more} />}
        />
      </div>
      {filtering && (
        <Filters
          where={where}
          range={range}
          onDismiss={() => setFiltering(false)}
          onApply={(chosen, days) => {
            setFiltering(false);
            if (chosen !== where || days !== range) change({ where: chosen, ...(days === range ? {} : inRange(days)) });
          }}
        />
      )}
    </SpaceBetween>
  );
}
