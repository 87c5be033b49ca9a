import Button from "@cloudscape-design/components/button";
import FormField from "@cloudscape-design/components/form-field";
import Input from "@cloudscape-design/components/input";
import Multiselect from "@cloudscape-design/components/multiselect";
import SpaceBetween from "@cloudscape-design/components/space-between";
import { useEffect, useState } from "react";
import type { Range } from "../list/address";
import { RangePicker } from "../list/range";
import { t as list } from "../list/text";
import "./activity.css";
import { usualRange, wantedOf, type Wanted } from "./address";
import { actions, what } from "./details";
import { t } from "./text";

const fields = { person: "who", session: "session", gateway: "gateway" } as const;
type Field = keyof typeof fields;
const hints = { person: "whoHint", session: "sessionHint", gateway: "gatewayHint" } as const;

interface Props {
  wanted: Wanted;
  range: Range;
  onChange(part: { wanted?: Wanted; range?: Range }): void;
}

/** The filters, in the order of the columns. What is typed takes effect with Enter or Find. */
export function Filters({ wanted, range, onChange }: Props) {
  const said = (field: Field) => (wanted[field] ?? []).join(", ");
  const [typed, setTyped] = useState<Partial<Record<Field, string>>>({});
  const key = JSON.stringify(wanted);
  useEffect(() => setTyped({}), [key]);
  const apply = () =>
    onChange({ wanted: wantedOf((name) => (name === "action" ? (wanted.action ?? []) : (typed[name]?.split(",") ?? wanted[name] ?? []))) });
  const asked = key !== "{}" || range !== usualRange;
  const field = (name: Field) => (
    <FormField label={t(fields[name])}>
      <Input
        value={typed[name] ?? said(name)}
        placeholder={t(hints[name])}
        onChange={({ detail }) => setTyped({ ...typed, [name]: detail.value })}
      />
    </FormField>
  );
  return (
    <form
      onSubmit={(event) => {
        event.preventDefault();
        apply();
      }}
    >
      <div className="entry-filters">
        <FormField label={t("range")}>
          <RangePicker label={t("range")} range={range} onChange={(range) => onChange({ range })} />
        </FormField>
        {field("person")}
        <FormField label={t("what")}>
          <Multiselect
            selectedOptions={(wanted.action ?? []).map((value) => ({ value, label: what(value) }))}
            options={actions.map((value) => ({ value, label: what(value) }))}
            placeholder={t("anything")}
            filteringType="auto"
            tokenLimit={2}
            deselectAriaLabel={({ label }) => list("remove", { what: label ?? "" })}
            onChange={({ detail }) =>
              onChange({ wanted: { ...wanted, action: undefinedIfEmpty(detail.selectedOptions.map(({ value }) => value ?? "")) } })
            }
          />
        </FormField>
        {field("session")}
        {field("gateway")}
        <SpaceBetween direction="horizontal" size="xs" alignItems="center">
          <Button formAction="submit">{t("find")}</Button>
          {asked && (
            <Button formAction="none" variant="inline-link" onClick={() => onChange({ wanted: {}, range: usualRange })}>
              {list("clearAll")}
            </Button>
          )}
        </SpaceBetween>
      </div>
    </form>
  );
}

function undefinedIfEmpty(values: string[]): string[] | undefined {
  return values.length > 0 ? values : undefined;
}
