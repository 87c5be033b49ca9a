import Button from "@cloudscape-design/components/button";
import SpaceBetween from "@cloudscape-design/components/space-between";
import { t } from "./text";

interface Props {
  number: number | null; // null: unknown
  first: (() => void) | null; // null: one is there
  previous: (() => void) | null; // null: there is none, or it is unknown
  next: (() => void) | null;
}

/** Goes from page to page. */
export function Pager({ number, first, previous, next }: Props) {
  return (
    <SpaceBetween direction="horizontal" size="xxs" alignItems="center">
      <Button variant="icon" iconName="angle-left-double" ariaLabel={t("firstPage")} disabled={!first} onClick={() => first?.()} />
      <Button variant="icon" iconName="angle-left" ariaLabel={t("previousPage")} disabled={!previous} onClick={() => previous?.()} />
      <span>{number !== null && t("page", { n: number })}</span>
      <Button variant="icon" iconName="angle-right" ariaLabel={t("nextPage")} disabled={!next} onClick={() => next?.()} />
    </SpaceBetween>
  );
}
