import { readFileSync } from "node:fs";
import { join } from "node:path";
import { projectRoot } from "../../shared/project-root.ts";
import { pageGround } from "./ornaments.ts";
import { htmlDocument, loadTemplate, type TemplateName } from "./templates.ts";

let commonStyle: string | undefined;

/** The HTML of one file: the sheets of all owners, one after the other, in the style of that document. */
export function sheetDocument(name: TemplateName, owners: readonly object[]): string {
  const template = loadTemplate(name);
  return htmlDocument({
    title: "继续教育证书",
    style: `${sheetStyle()}\n${template.style}`,
    bodies: owners.map((owner) => template.body(owner)),
  });
}

function sheetStyle(): string {
  commonStyle ??= `${readFileSync(join(projectRoot(), "templates", "sheet.css"), "utf8")}
.sheet { background-image: url("${pageGround()}"); }`;
  return commonStyle;
}
