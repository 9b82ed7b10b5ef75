interface Box {
  x: number;
  y: number;
  width: number;
  height: number;
}

/** What bpmn-js calls its canvas, as far as diagrams here use it. */
export interface DiagramCanvas {
  addMarker: (elementId: string, marker: string) => void;
  zoom: (level: "fit-viewport") => void;
  viewbox: (box?: Box) => { inner: Box };
}

const marginPx = 40;

/** The whole diagram with a margin, so that nothing lies under the edge or the bpmn.io mark. */
export function fitDiagram(canvas: DiagramCanvas): void {
  canvas.zoom("fit-viewport");
  const { x, y, width, height } = canvas.viewbox().inner;
  canvas.viewbox({
    x: x - marginPx,
    y: y - marginPx,
    width: width + 2 * marginPx,
    height: height + 2 * marginPx,
  });
}
