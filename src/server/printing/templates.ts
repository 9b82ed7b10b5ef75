import { readFileSync } from "node:fs";
import { join } from "node:path";
import Handlebars from "handlebars";
import { projectRoot } from "../../shared/project-root.ts";

export type TemplateName = "certificate" | "merged-certificate" | "transcript";

/** A compiled document: `body` turns one view into HTML, escaped; `style` is shared by all of one file. */
export interface DocumentTemplate {
  style: string;
  body: (view: object) => string;
}

/** What the faces of all documents share: templates/partials. */
const partials = ["top", "holder", "foot"];

const loaded = new Map<TemplateName, DocumentTemplate>();

/**
 * Loads `templates/<name>` once. Templates are strict: a field that the view lacks is an error, not an empty
 * space on a certificate. Values are escaped; only the drawings that we make ourselves (`{{{…Svg}}}`) are not.
 */
export function loadTemplate(name: TemplateName): DocumentTemplate {
  const known = loaded.get(name);
  if (known !== undefined) return known;
  const folder = join(projectRoot(), "templates", name);
  const handlebars = Handlebars.create();
  for (const partial of partials) {
    handlebars.registerPartial(
      partial,
      readFileSync(join(folder, "..", "partials", `${partial}.hbs`), "utf8"),
    );
  }
  const compiled = handlebars.compile<object>(readFileSync(join(folder, "template.hbs"), "utf8"), {
    strict: true,
    noEscape: false,
    knownHelpersOnly: true,
  });
  const template = {
    style: readFileSync(join(folder, "style.css"), "utf8"),
    body: (view: object) => compiled(view),
  };
  loaded.set(name, template);
  return template;
}

/** Escapes a text for HTML and SVG: `& < > " '` and the backtick. */
export function escapeXml(text: string): string {
  return Handlebars.escapeExpression(text);
}

/**
 * The HTML file around one or many bodies. Its content security policy allows inline style and data images
 * and nothing else: no script, no request, even if a template were hostile.
 */
export function htmlDocument(parts: { title: string; style: string; bodies: readonly string[] }): string {
  const policy = "default-src 'none'; style-src 'unsafe-inline'; img-src data:; base-uri 'none'";
  return `<!doctype html><html lang="zh-CN"><head><meta charset="utf-8"><meta http-equiv="Content-Security-Policy" content="${policy}"><title>${escapeXml(parts.title)}</title><style>${parts.style}</style></head><body>${parts.bodies.join("\n")}</body></html>`;
}
