/** `bpmn-moddle` 10 ships element types but none for its parser. */
declare module "bpmn-moddle" {
  export interface ModdleElement {
    $type: string;
    $parent?: ModdleElement;
    id?: string;
    name?: string;
    get(property: string): unknown;
    [property: string]: unknown;
  }
  export interface ModdleReference {
    element: ModdleElement;
    property: string;
    id: string;
  }
  export interface ParseResult {
    rootElement: ModdleElement;
    references: ModdleReference[];
    elementsById: Record<string, ModdleElement>;
    warnings: { message: string; element?: ModdleElement }[];
  }
  export class BpmnModdle {
    constructor(packages?: Record<string, unknown>);
    fromXML(xml: string, typeName?: string): Promise<ParseResult>;
    toXML(element: ModdleElement, options?: { format?: boolean }): Promise<{ xml: string }>;
  }
}

/** `bpmnlint` ships no types for what it exports. */
declare module "bpmnlint" {
  export class Linter {
    constructor(options: { config: { rules: Record<string, string> }; resolver: unknown });
    lint(root: unknown): Promise<Record<string, { id?: string; message: string }[]>>;
  }
}

declare module "bpmnlint/lib/resolver/node-resolver.js" {
  const NodeResolver: new () => unknown;
  export default NodeResolver;
}
