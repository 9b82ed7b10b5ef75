import "bpmn-js/dist/assets/diagram-js.css";
import "bpmn-js/dist/assets/bpmn-js.css";
import NavigatedViewer from "bpmn-js/lib/NavigatedViewer";
import { Alert, Button, Card, Flex } from "antd";
import { useEffect, useRef, useState } from "react";
import type { InstanceView } from "../../../shared/contracts/workflow.ts";
import { durationText } from "../../components/dates.ts";
import { StatusTag } from "../../components/status-tag.tsx";
import { fitDiagram, type DiagramCanvas } from "./fit-diagram.ts";
import "./instance-diagram.css";

type Element = InstanceView["elements"][number];

interface Overlays {
  add: (elementId: string, overlay: { position: { top: number; left: number }; html: HTMLElement }) => void;
}

/** The instance on the very diagram it runs by: done, active and rejected elements, who holds it and for how long. */
export function InstanceDiagram({ instance }: { instance: InstanceView }) {
  const box = useRef<HTMLDivElement>(null);
  const viewer = useRef<NavigatedViewer | null>(null);
  const [problem, setProblem] = useState<string | null>(null);
  useEffect(() => {
    const container = box.current;
    if (container === null) return undefined;
    const shown = new NavigatedViewer({ container });
    viewer.current = shown;
    let gone = false;
    shown.importXML(instance.xml).then(
      () => {
        if (!gone) paint(shown, instance);
      },
      () => {
        if (!gone) setProblem("流程图无法显示");
      },
    );
    return () => {
      gone = true;
      viewer.current = null;
      shown.destroy();
    };
  }, [instance]);
  const fit = () => {
    if (viewer.current !== null) fitDiagram(viewer.current.get<DiagramCanvas>("canvas"));
  };
  return (
    <Card size="small" title="流程图" extra={<Button onClick={fit}>适应窗口</Button>}>
      <Flex gap={16} style={{ marginBottom: 8 }} aria-label="图例">
        <StatusTag status="done" name="已完成" />
        <StatusTag status="current" name="办理中" />
        <StatusTag status="rejected" name="驳回" />
      </Flex>
      {problem !== null && <Alert type="warning" title={problem} />}
      <div
        className="diagram-scroll"
        role="group"
        tabIndex={0}
        aria-label={`${instance.processName}流程图：${spoken(instance)}`}
      >
        <div ref={box} className="instance-diagram" />
      </div>
    </Card>
  );
}

function paint(viewer: NavigatedViewer, instance: InstanceView): void {
  const canvas = viewer.get<DiagramCanvas>("canvas");
  const overlays = viewer.get<Overlays>("overlays");
  const known = viewer.get<{ get: (id: string) => unknown }>("elementRegistry");
  fitDiagram(canvas);
  for (const element of instance.elements) {
    if (known.get(element.id) === undefined) continue;
    canvas.addMarker(element.id, `is-${element.state}`);
    const label = labelOf(element, instance);
    if (label === null) continue;
    const html = document.createElement("div");
    html.className = "instance-overlay";
    html.textContent = label;
    overlays.add(element.id, { position: { top: -36, left: 0 }, html });
  }
}

/** 「某单位 · 停留 2天3小时」 at the step that waits. */
function labelOf(element: Element, { steps }: InstanceView): string | null {
  if (element.label === null || element.state !== "active") return element.label;
  const step = steps.find((one) => one.state === "current");
  return step === undefined ? element.label : `${element.label} · 停留 ${durationText(step.dwellSeconds)}`;
}

/** The diagram in words, for who cannot see it. */
function spoken(instance: InstanceView): string {
  const labels = instance.elements.flatMap((element) => labelOf(element, instance) ?? []);
  const current = instance.steps.find((step) => step.state === "current");
  if (labels.length > 0) return labels.join("，");
  return current === undefined ? instance.statusName : `${current.name}，${current.organizationName}办理中`;
}
