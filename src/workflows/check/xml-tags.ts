/** A tag of a text that need not be whole: its name without prefix, and its element's id. */
interface Tag {
  readonly kind: "opens" | "closes" | "empty";
  readonly name: string;
  readonly id: string | null;
}

const asides = /<!--[^]*?-->|<!\[CDATA\[[^]*?\]\]>/g;
const tag = /<(\/?)(?:[\w.-]+:)?([\w.-]+)[^<>]*>/g;

/** The tags of an XML text in order, also of one that the parser gives up; comments and raw text have none. */
export function* tagsOf(xml: string): Generator<Tag> {
  for (const [text, end, name = ""] of xml.replaceAll(asides, "").matchAll(tag)) {
    const kind = end === "/" ? "closes" : text.endsWith("/>") ? "empty" : "opens";
    yield { kind, name, id: /\sid="([^"]*)"/.exec(text)?.[1] ?? null };
  }
}
