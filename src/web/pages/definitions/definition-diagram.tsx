import "bpmn-js/dist/assets/diagram-js.css";
import "bpmn-js/dist/assets/bpmn-js.css";
import NavigatedViewer from "bpmn-js/lib/NavigatedViewer";
import { Alert } from "antd";
import { useEffect, useRef, useState } from "react";
import type { DefinitionFinding } from "../../../shared/contracts/workflow-definitions.ts";
import { fitDiagram, type DiagramCanvas } from "../workflow/fit-diagram.ts";
import "../workflow/instance-diagram.css";

interface Props {
  xml: string;
  findings: readonly DefinitionFinding[];
}

const settleMs = 400;

/** The diagram of an XML as it is being edited; elements with findings are marked as rejected ones are. */
export function DefinitionDiagram({ xml, findings }: Props) {
  const box = useRef<HTMLDivElement>(null);
  const [problem, setProblem] = useState<string | null>(null);
  useEffect(() => {
    const container = box.current;
    if (container === null) return undefined;
    const viewer = new NavigatedViewer({ container });
    let gone = false;
    const draw = async () => {
      try {
        await viewer.importXML(xml);
        if (gone) return;
        mark(viewer, findings);
        setProblem(null);
      } catch {
        if (!gone) setProblem("当前内容不是完整的流程图，无法显示");
      }
    };
    // Not at every letter that is typed.
    const timer = setTimeout(() => void draw(), settleMs);
    return () => {
      gone = true;
      clearTimeout(timer);
      viewer.destroy();
    };
  }, [xml, findings]);
  const faulty = findings.flatMap(({ elementId }) => elementId ?? []);
  return (
    <>
      {problem !== null && <Alert type="warning" role="status" title={problem} />}
      <div
        className="diagram-scroll"
        role="group"
        tabIndex={0}
        aria-label={faulty.length === 0 ? "流程图" : `流程图，有问题的元素：${faulty.join("、")}`}
      >
        <div ref={box} className="instance-diagram" />
      </div>
    </>
  );
}

function mark(viewer: NavigatedViewer, findings: readonly DefinitionFinding[]): void {
  const canvas = viewer.get<DiagramCanvas>("canvas");
  const known = viewer.get<{ get: (id: string) => unknown }>("elementRegistry");
  fitDiagram(canvas);
  for (const { elementId } of findings)
    if (elementId !== null && known.get(elementId) !== undefined) canvas.addMarker(elementId, "is-rejected");
}
