import Box from "@cloudscape-design/components/box";
import Button from "@cloudscape-design/components/button";
import SpaceBetween from "@cloudscape-design/components/space-between";
import type { SessionPage } from "../api/client";
import { formatTime } from "../format/time";
import { t } from "./text";

interface Props {
  page: SessionPage;
  first: boolean;
  conditions: boolean; // whether more is asked than the range
  from: string;
  to: string;
  zone: string;
  wider: { n: number; go(): void } | null;
  next: (() => void) | null;
  clear(): void;
}

/** What stands in place of rows: there are none, or there are none yet. */
export function Empty(props: Props) {
  const { page, first, conditions, from, to, zone, wider, clear } = props;
  if (!page.complete) return <SearchedBack {...props} words="noneYet" />;
  const range = { from: formatTime(from, zone), to: formatTime(to, zone) };
  return (
    <SpaceBetween size="s" alignItems="center">
      <b>{first ? t("empty", range) : t("noMore", range)}</b>
      {first && conditions && <Box color="text-body-secondary">{t("emptyConditions")}</Box>}
      {first && (
        <SpaceBetween direction="horizontal" size="xs">
          {wider && <Button onClick={wider.go}>{t("widen", { n: wider.n })}</Button>}
          {conditions && <Button onClick={clear}>{t("clearAll")}</Button>}
        </SpaceBetween>
      )}
    </SpaceBetween>
  );
}

interface BackProps extends Pick<Props, "zone" | "next"> {
  page: Pick<SessionPage, "searchedBackTo">;
  words?: "searchedBack" | "noneYet";
}

/** How far a search got whose reading would have cost too much, and the way to go on. */
export function SearchedBack({ page, zone, next, words = "searchedBack" }: BackProps) {
  const time = page.searchedBackTo === null ? "-" : formatTime(page.searchedBackTo, zone);
  return (
    <SpaceBetween size="xs" alignItems="center">
      <span role="status">{t(words, { time })}</span>
      {next && <Button onClick={next}>{t("searchOn")}</Button>}
    </SpaceBetween>
  );
}
