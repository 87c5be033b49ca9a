import type { PropertyFilterProps } from "@cloudscape-design/components/property-filter";
import { searchColumns, without, type Parameter, type Where } from "./where";

type Query = PropertyFilterProps.Query;
type Token = PropertyFilterProps.Token;

/**
 * The search terms as the search bar shows them: several terms of one field are a group of "or", everything else
 * stands side by side as "and". Terms that leave something out are never "or": each of them does.
 */
export function toQuery(where: Where): Query {
  const tokenGroups = searchColumns.flatMap((column) => {
    const tokens = (where[column] ?? []).map((term) => toToken(column, term, ""));
    const not = (where[`not.${column}`] ?? []).map((term) => toToken(column, term, "!"));
    return [...(tokens.length > 1 ? [{ operation: "or" as const, tokens }] : tokens), ...not];
  });
  return { operation: "and", tokens: [], tokenGroups };
}

/** The conditions with the search terms replaced by those of the search bar. */
export function fromQuery(query: Query, where: Where): Where {
  const terms: Where = {};
  for (const { propertyKey = "any", operator, value } of flatten(query.tokenGroups ?? [])) {
    const parameter = (operator.startsWith("!") ? `not.${propertyKey}` : propertyKey) as Parameter;
    const term = toTerm(propertyKey, operator, String(value ?? "").trim());
    if (term !== "" && !terms[parameter]?.includes(term)) terms[parameter] = [...(terms[parameter] ?? []), term];
  }
  return { ...terms, ...without(where, searchColumns) };
}

function flatten(groups: readonly (Token | PropertyFilterProps.TokenGroup)[]): Token[] {
  return groups.flatMap((g) => ("operation" in g ? flatten(g.tokens) : [g]));
}

function toToken(column: string, term: string, not: "" | "!"): Token {
  const whole = unquote(term);
  const propertyKey = column === "any" ? undefined : column;
  return { propertyKey, operator: whole === null ? `${not}:` : `${not}=`, value: whole ?? term };
}

/** "The whole value" is written in quotes. No address holds a slash: with one a network is meant. */
function toTerm(column: string, operator: string, value: string): string {
  if (value === "" || !operator.endsWith("=") || (column === "clientIp" && value.includes("/"))) return value;
  return `"${value.replaceAll('"', '""')}"`;
}

/** What stands in quotes, or null where a term has none, or none that match. */
function unquote(term: string): string | null {
  const inside = /^"((?:[^"]|"")+)"$/.exec(term)?.[1];
  return inside === undefined ? null : inside.replaceAll('""', '"');
}
