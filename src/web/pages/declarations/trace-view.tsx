import { Collapse, Tag, Typography } from "antd";
import { traceLines, type TraceLine } from "./trace-steps.ts";

export interface ShownTrace {
  text: string;
  steps: readonly unknown[];
  pack: { id: string; version: string };
}

const kindNames: Record<TraceLine["kind"], string> = {
  rule: "规则",
  table: "标准",
  value: "计算",
  result: "结论",
};

/** How the hours came about: the sentence, and on request every step with the clause it rests on (POL-06, CNV-21). */
export function TraceView({ trace, citations }: { trace: ShownTrace; citations: readonly string[] }) {
  const lines = traceLines(trace.steps);
  return (
    <div className="trace">
      <Typography.Paragraph strong style={{ marginBottom: 4 }}>
        {trace.text === "" ? "按规则认定" : trace.text}
      </Typography.Paragraph>
      {citations.length > 0 && !trace.text.includes("依据：") && (
        <Typography.Paragraph type="secondary" style={{ marginBottom: 8 }}>
          依据：{citations.join("；")}
        </Typography.Paragraph>
      )}
      {lines.length > 0 && (
        <Collapse
          size="small"
          items={[
            {
              key: "steps",
              label: `计算步骤（${lines.length}步，规则包 ${trace.pack.id} ${trace.pack.version}）`,
              children: <TraceSteps lines={lines} />,
            },
          ]}
        />
      )}
    </div>
  );
}

function TraceSteps({ lines }: { lines: readonly TraceLine[] }) {
  return (
    <ol style={{ margin: 0, paddingInlineStart: 20 }}>
      {lines.map((line, index) => (
        <li key={`${index}-${line.title}`} style={{ marginBottom: 6 }}>
          <Tag>{kindNames[line.kind]}</Tag>
          {line.title}
          {line.detail !== "" && <div>{line.detail}</div>}
          {line.citation !== null && (
            <Typography.Text type="secondary">依据：{line.citation}</Typography.Text>
          )}
        </li>
      ))}
    </ol>
  );
}
