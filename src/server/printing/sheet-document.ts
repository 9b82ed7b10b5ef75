import { readFileSync } from "node:fs";
import { join } from "node:path";
import { projectRoot } from "../../shared/project-root.ts";
import { pageGround } from "./ornaments.ts";
import { htmlDocument, loadTemplate, type TemplateName } from "./templates.ts";

const frames = new Map<TemplateName, string>();

/** The HTML file that sheets are put into: the style and the engraved ground, and an empty `<main>`. */
export function sheetFrame(name: TemplateName): string {
  const known = frames.get(name);
  if (known !== undefined) return known;
  const common = readFileSync(join(projectRoot(), "templates", "sheet.css"), "utf8");
  const ground = `.sheet { background-image: url("${pageGround()}"); }`;
  const frame = htmlDocument({
    title: "继续教育证书",
    style: [common, ground, loadTemplate(name).style].join("\n"),
    bodies: ["<main></main>"],
  });
  frames.set(name, frame);
  return frame;
}

/** The sheets of all owners, one after the other, as the HTML that belongs into the frame's `<main>`. */
export function sheetBodies(name: TemplateName, owners: readonly object[]): string {
  const { body } = loadTemplate(name);
  return owners.map((owner) => body(owner)).join("\n");
}
