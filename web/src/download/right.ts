import type { components } from "../api/schema.gen";

/** Who may take recordings out: the server's rule (internal/access). */
export function mayDownload({ roles }: Pick<components["schemas"]["Me"], "roles">): boolean {
  return roles.includes("exporter") || roles.includes("admin");
}
