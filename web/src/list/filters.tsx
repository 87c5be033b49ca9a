import Box from "@cloudscape-design/components/box";
import Button from "@cloudscape-design/components/button";
import Checkbox from "@cloudscape-design/components/checkbox";
import ColumnLayout from "@cloudscape-design/components/column-layout";
import FormField from "@cloudscape-design/components/form-field";
import Modal from "@cloudscape-design/components/modal";
import SpaceBetween from "@cloudscape-design/components/space-between";
import { useState } from "react";
import type { Range } from "./address";
import { RangePicker } from "./range";
import { t } from "./text";
import { filterFields, filterValues, withValues, type FilterField, type Where } from "./where";

interface Props {
  where: Where;
  range: Range;
  onApply(where: Where, range: Range): void;
  onDismiss(): void;
}

/** The filter panel. What is chosen there takes effect on Apply. */
export function Filters({ where, range, onApply, onDismiss }: Props) {
  const [chosen, setChosen] = useState(where);
  const [days, setDays] = useState(range);
  return (
    <Modal
      visible
      size="large"
      header={t("filters")}
      closeAriaLabel={t("close")}
      onDismiss={onDismiss}
      footer={
        <Box float="right">
          <SpaceBetween direction="horizontal" size="xs">
            <Button variant="link" onClick={onDismiss}>
              {t("cancel")}
            </Button>
            <Button variant="primary" onClick={() => onApply(chosen, days)}>
              {t("apply")}
            </Button>
          </SpaceBetween>
        </Box>
      }
    >
      <SpaceBetween size="l">
        <FormField label={t("actionAt")}>
          <RangePicker label={t("actionAt")} range={days} onChange={setDays} />
        </FormField>
        <ColumnLayout columns={3}>
          {filterFields.map((field) => (
            <Choices
              key={field}
              field={field}
              chosen={chosen[field] ?? []}
              onChange={(values) => setChosen(withValues(chosen, field, values))}
            />
          ))}
        </ColumnLayout>
      </SpaceBetween>
    </Modal>
  );
}

function Choices({ field, chosen, onChange }: { field: FilterField; chosen: string[]; onChange(values: string[]): void }) {
  const known: readonly string[] = filterValues[field];
  const values = [...known, ...chosen.filter((v) => !known.includes(v))];
  return (
    <div role="group" aria-label={t(field)}>
      <Box variant="awsui-key-label" padding={{ bottom: "xxs" }}>
        {t(field)}
      </Box>
      {values.map((value) => (
        <Checkbox
          key={value}
          checked={chosen.includes(value)}
          onChange={({ detail }) => onChange(values.filter((v) => (v === value ? detail.checked : chosen.includes(v))))}
        >
          {value}
        </Checkbox>
      ))}
    </div>
  );
}
