/** How busy each span of `everyMs` was, 0 to 255 (index-file.ts). */
export interface Activity {
  everyMs: number;
  share: number[];
}

/** A hill for each span: what little was done is seen beside what was much. Assistive technology does not hear of it. */
export function heat({ everyMs, share }: Activity, durationMs: number): SVGSVGElement {
  const picture = document.createElementNS("http://www.w3.org/2000/svg", "svg");
  picture.setAttribute("class", "timeline-activity");
  picture.setAttribute("viewBox", "0 0 1 1");
  picture.setAttribute("preserveAspectRatio", "none");
  picture.setAttribute("aria-hidden", "true");
  const path = document.createElementNS("http://www.w3.org/2000/svg", "path");
  path.setAttribute("d", outline(share, everyMs / Math.max(1, durationMs)));
  path.setAttribute("fill", "currentColor");
  picture.append(path);
  return picture;
}

/** The outline in a square of 1: `step` wide each, as high as the root of the share, cut at the right. */
export function outline(share: number[], step: number): string {
  const round = (n: number) => Number(n.toFixed(4));
  const hills = share.map((n, i) => `V${round(1 - Math.sqrt(n / 255))}H${round(Math.min(1, (i + 1) * step))}`);
  return `M0 1${hills.join("")}V1Z`;
}
