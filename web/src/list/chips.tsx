import Button from "@cloudscape-design/components/button";
import SpaceBetween from "@cloudscape-design/components/space-between";
import Token from "@cloudscape-design/components/token";
import type { Range } from "./address";
import { rangeText } from "./range";
import { t } from "./text";
import { filterFields, isEmpty, withValues, type FilterField, type Where } from "./where";

interface Props {
  where: Where;
  range: Range;
  zone: string; // of the range, where it is not the one that times are shown in; else ""
  onWhere(where: Where): void;
  onMonth(): void;
  onClear(): void;
}

/** The filters that are in effect. Action At is always one of them: the current month, where nothing else was chosen. */
export function Chips({ where, range, zone, onWhere, onMonth, onClear }: Props) {
  const filters = filterFields.flatMap((field) => [field, `not.${field}`] as const).filter((parameter) => where[parameter]);
  const actionAt = `${t("actionAt")}: ${rangeText(range)}${zone && ` (${zone})`}`;
  return (
    <div role="group" aria-label={t("filters")}>
      <SpaceBetween direction="horizontal" size="xs" alignItems="center">
        {range.kind === "month" ? (
          <Token label={actionAt} />
        ) : (
          <Token label={actionAt} dismissLabel={t("remove", { what: actionAt })} onDismiss={onMonth} />
        )}
        {filters.map((parameter) => {
          const label = text(parameter, where[parameter]!);
          const remove = () => onWhere(withValues(where, parameter, []));
          return <Token key={parameter} label={label} dismissLabel={t("remove", { what: label })} onDismiss={remove} />;
        })}
        {(!isEmpty(where) || range.kind !== "month") && (
          <Button variant="inline-link" onClick={onClear}>
            {t("clearAll")}
          </Button>
        )}
      </SpaceBetween>
    </div>
  );
}

function text(parameter: FilterField | `not.${FilterField}`, values: string[]): string {
  const not = parameter.startsWith("not.");
  const field = parameter.replace(/^not\./, "") as FilterField;
  const either = values.join(` ${t("or")} `);
  return `${t(field)}: ${not ? t("notFilter", { what: either }) : either}`;
}
