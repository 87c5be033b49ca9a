import Alert from "@cloudscape-design/components/alert";
import Box from "@cloudscape-design/components/box";
import Button from "@cloudscape-design/components/button";
import Checkbox from "@cloudscape-design/components/checkbox";
import Container from "@cloudscape-design/components/container";
import Flashbar from "@cloudscape-design/components/flashbar";
import KitForm from "@cloudscape-design/components/form";
import FormField from "@cloudscape-design/components/form-field";
import Header from "@cloudscape-design/components/header";
import Input from "@cloudscape-design/components/input";
import RadioGroup from "@cloudscape-design/components/radio-group";
import Select from "@cloudscape-design/components/select";
import SpaceBetween from "@cloudscape-design/components/space-between";
import Spinner from "@cloudscape-design/components/spinner";
import type { Clients } from "../api/client";
import { formatBytes } from "../format/bytes";
import { describe, Failed } from "../list/status";
import { faults, type Draft } from "./draft";
import { t } from "./text";
import { useSettings, type Outcome } from "./use-settings";

/** The settings, and the way to change them. */
export function Form({ client }: { client: Clients["client"] }) {
  const { draft, dirty, failure, outcome, saving, read, save, change, discard, settle } = useSettings(client);
  if (failure !== null) return <Failed title={t("failed")} cause={failure} retry={read} retryText={t("tryAgain")} />;
  if (!draft)
    return (
      <Box padding="xl">
        <Spinner /> <span role="status">{t("loading")}</span>
      </Box>
    );
  const wrong = faults(draft);
  const possible = dirty && Object.keys(wrong).length === 0;
  return (
    <form
      onSubmit={(event) => {
        event.preventDefault();
        if (possible && !saving) save();
      }}
    >
      <KitForm
        header={
          <Header variant="h1" description={t("help")}>
            {t("others")}
          </Header>
        }
        actions={
          <SpaceBetween direction="horizontal" size="xs">
            <Button formAction="none" disabled={!dirty || saving} onClick={discard}>
              {t("discard")}
            </Button>
            <Button variant="primary" formAction="submit" disabled={!possible} loading={saving}>
              {t("save")}
            </Button>
          </SpaceBetween>
        }
      >
        <SpaceBetween size="l">
          <Told outcome={outcome} read={read} settle={settle} />
          <Container>
            <SpaceBetween size="l">
              <FormField label={t("encryption")} description={t("encryptionHelp")}>
                <RadioGroup
                  value={draft.exportEncryption}
                  items={(["required", "notRequired"] as const).map((value) => ({ value, label: t(value) }))}
                  onChange={({ detail }) => change({ exportEncryption: detail.value as Draft["exportEncryption"] })}
                />
              </FormField>
              <FormField
                label={t("limit")}
                description={t("limitHelp")}
                errorText={wrong.limit && t("badLimit")}
                constraintText={draft.limited && !wrong.limit && t("inUnits", { size: formatBytes(Number(draft.limit)) })}
              >
                <SpaceBetween size="xs">
                  <Input
                    value={draft.limit}
                    inputMode="numeric"
                    ariaLabel={`${t("limit")} (${t("bytes")})`}
                    disabled={!draft.limited}
                    onChange={({ detail }) => change({ limit: detail.value.trim() })}
                  />
                  <Checkbox checked={!draft.limited} onChange={({ detail }) => change({ limited: !detail.checked })}>
                    {t("noLimit")}
                  </Checkbox>
                </SpaceBetween>
              </FormField>
              <FormField label={t("zone")} description={t("zoneHelp")}>
                <Select
                  selectedOption={{ value: draft.timeZone, label: draft.timeZone }}
                  options={zones(draft.timeZone)}
                  filteringType="auto"
                  filteringAriaLabel={t("findZone")}
                  filteringPlaceholder={t("findZone")}
                  virtualScroll
                  onChange={({ detail }) => change({ timeZone: detail.selectedOption.value! })}
                />
              </FormField>
              <FormField label={t("retention")} description={t("retentionHelp")} errorText={wrong.retentionDays && t("badRetention")}>
                <Input
                  value={draft.retentionDays}
                  inputMode="numeric"
                  onChange={({ detail }) => change({ retentionDays: detail.value.trim() })}
                />
              </FormField>
            </SpaceBetween>
          </Container>
        </SpaceBetween>
      </KitForm>
    </form>
  );
}

/** How saving went. */
function Told({ outcome, read, settle }: { outcome: Outcome; read(): void; settle(): void }) {
  if (outcome === null) return null;
  if (outcome === "saved")
    return (
      <Flashbar items={[{ type: "success", content: t("saved"), dismissible: true, dismissLabel: t("dismiss"), onDismiss: settle }]} />
    );
  if (outcome === "changed")
    return (
      <Alert type="warning" header={t("changed")} action={<Button onClick={read}>{t("readAgain")}</Button>}>
        {t("changedHelp")}
      </Alert>
    );
  const { text } = describe(outcome.failure);
  return (
    <Alert type="error" header={t("notSaved")}>
      {text}
    </Alert>
  );
}

/** All zones that the browser knows, and the one that holds. */
function zones(chosen: string): { value: string; label: string }[] {
  const all = new Set(["UTC", ...Intl.supportedValuesOf("timeZone"), chosen]);
  return [...all].map((value) => ({ value, label: value }));
}
