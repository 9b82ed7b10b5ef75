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
