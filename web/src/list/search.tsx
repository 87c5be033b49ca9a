import PropertyFilter, { type PropertyFilterProps } from "@cloudscape-design/components/property-filter";
import type { Client } from "openapi-fetch";
import type { paths } from "../api/schema.gen";
import { t } from "./text";
import { fromQuery, toQuery } from "./tokens";
import { useValues } from "./use-values";
import { searchFields, type Where } from "./where";

const operators = [":", "!:", "=", "!="] as const;
const words: Record<string, string> = { ":": t("contains"), "!:": t("containsNot"), "=": t("equals"), "!=": t("equalsNot") };

const properties: PropertyFilterProps.FilteringProperty[] = searchFields.map((key) => ({
  key,
  propertyLabel: t(key),
  groupValuesLabel: t("valuesOf", { field: t(key) }),
  defaultOperator: ":",
  operators: operators.map((operator) =>
    key === "clientIp" && operator.endsWith(":") ? { operator, description: `${words[operator]} ${t("orNetwork")}` } : operator,
  ),
}));

const spoken = ({ propertyLabel, operator, value }: PropertyFilterProps.FormattedToken) => `${propertyLabel} ${words[operator]} ${value}`;

/** The search bar: terms in one of the seven fields, or in any of them. */
export function Search({ client, where, onChange }: { client: Client<paths>; where: Where; onChange(where: Where): void }) {
  const { suggestions, load } = useValues(client);
  return (
    <PropertyFilter
      {...suggestions}
      query={toQuery(where)}
      onChange={({ detail }) => onChange(fromQuery(detail, where))}
      onLoadItems={({ detail }) => void load(detail.filteringProperty?.key, detail.filteringText)}
      filteringProperties={properties}
      freeTextFiltering={{ operators, defaultOperator: ":" }}
      enableTokenGroups
      readOnlyOperations
      filteringAriaLabel={t("search")}
      filteringPlaceholder={t("searchHint")}
      filteringLoadingText={t("valuesLoading")}
      filteringErrorText={t("valuesFailed")}
      filteringRecoveryText={t("tryAgain")}
      i18nStrings={{
        clearAriaLabel: t("clear"),
        clearFiltersText: t("clearSearch"),
        dismissAriaLabel: t("close"),
        groupPropertiesText: t("fields"),
        operatorsText: t("operators"),
        operationAndText: t("and"),
        operationOrText: t("or"),
        operatorContainsText: words[":"],
        operatorDoesNotContainText: words["!:"],
        operatorEqualsText: words["="],
        operatorDoesNotEqualText: words["!="],
        editTokenHeader: t("editTerm"),
        propertyText: t("field"),
        operatorText: t("operator"),
        valueText: t("value"),
        cancelActionText: t("cancel"),
        applyActionText: t("apply"),
        allPropertiesLabel: t("allFields"),
        enteredTextLabel: (text) => t("searchFor", { text }),
        formatToken: spoken,
        removeTokenButtonAriaLabel: (token) => t("remove", { what: spoken(token) }),
        groupEditAriaLabel: ({ tokens }) => t("edit", { what: tokens.map(spoken).join(` ${t("or")} `) }),
        tokenEditorTokenActionsAriaLabel: (token) => t("edit", { what: spoken(token) }),
        tokenEditorTokenRemoveAriaLabel: (token) => t("remove", { what: spoken(token) }),
        tokenEditorTokenRemoveLabel: t("removeTerm"),
        tokenEditorTokenRemoveFromGroupLabel: t("moveOut"),
        tokenEditorAddNewTokenLabel: t("addTerm"),
        tokenEditorAddTokenActionsAriaLabel: t("addTerm"),
        tokenEditorAddExistingTokenLabel: (token) => t("moveIn", { what: `${token.propertyLabel} ${token.operator} ${token.value}` }),
        tokenEditorAddExistingTokenAriaLabel: (token) => t("moveIn", { what: spoken(token) }),
      }}
    />
  );
}
