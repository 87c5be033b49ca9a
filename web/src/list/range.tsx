import DateRangePicker, { type DateRangePickerProps } from "@cloudscape-design/components/date-range-picker";
import type { Range } from "./address";
import { currentLanguage } from "../i18n/i18n";
import { t } from "./text";

const days = [1, 7, 30, 90];
const label = (n: number) => (n === 1 ? t("today") : t("lastDays", { n }));

const relative: DateRangePickerProps.RelativeOption[] = [
  { key: "month", amount: 1, unit: "month", type: "relative" },
  ...days.map((n) => ({ key: `P${n}D`, amount: n, unit: "day" as const, type: "relative" as const })),
];

/** A range in words. */
export function rangeText(range: Range): string {
  if (range.kind === "month") return t("thisMonth");
  if (range.kind === "days") return label(range.n);
  return range.from === range.to ? range.from : t("dates", range);
}

/** Chooses a range; `label` says of what. */
export function RangePicker({ label: of, range, onChange }: { label: string; range: Range; onChange(range: Range): void }) {
  return (
    <DateRangePicker
      value={toValue(range)}
      onChange={({ detail }) => onChange(fromValue(detail.value))}
      relativeOptions={relative}
      dateOnly
      dateInputFormat="iso"
      expandToViewport
      customRelativeRangeUnits={["day"]}
      locale={currentLanguage()}
      placeholder={t("thisMonth")}
      isValidRange={(value) => {
        if (!value) return { valid: false, errorMessage: t("rangeNotChosen") };
        if (value.type === "absolute" && value.startDate > value.endDate) return { valid: false, errorMessage: t("rangeBackwards") };
        if (value.type === "absolute" && (!value.startDate || !value.endDate)) return { valid: false, errorMessage: t("rangeNotChosen") };
        return { valid: true };
      }}
      i18nStrings={{
        ariaLabel: of,
        todayAriaLabel: t("today"),
        nextMonthAriaLabel: t("nextMonth"),
        previousMonthAriaLabel: t("previousMonth"),
        customRelativeRangeDurationLabel: t("rangeAmount"),
        customRelativeRangeDurationPlaceholder: "7",
        customRelativeRangeOptionLabel: t("customRange"),
        customRelativeRangeOptionDescription: t("customRangeHelp"),
        customRelativeRangeUnitLabel: t("rangeUnit"),
        formatUnit: () => t("days"),
        formatRelativeRange: (v) => (v.unit === "month" ? t("thisMonth") : label(v.amount)),
        dateTimeConstraintText: t("rangeHelp"),
        dateConstraintText: t("rangeHelp"),
        relativeModeTitle: t("relativeRange"),
        absoluteModeTitle: t("absoluteRange"),
        relativeRangeSelectionHeading: t("relativeRange"),
        startDateLabel: t("startDate"),
        endDateLabel: t("endDate"),
        clearButtonLabel: t("thisMonth"),
        cancelButtonLabel: t("cancel"),
        applyButtonLabel: t("confirm"),
      }}
    />
  );
}

function toValue(range: Range): DateRangePickerProps.Value {
  if (range.kind === "dates") return { type: "absolute", startDate: range.from, endDate: range.to };
  if (range.kind === "month") return { key: "month", type: "relative", amount: 1, unit: "month" };
  return { key: `P${range.n}D`, type: "relative", amount: range.n, unit: "day" };
}

function fromValue(value: DateRangePickerProps.Value | null): Range {
  if (value?.type === "absolute") return { kind: "dates", from: value.startDate.slice(0, 10), to: value.endDate.slice(0, 10) };
  if (value?.type === "relative" && value.unit === "day") return { kind: "days", n: value.amount };
  return { kind: "month" };
}
