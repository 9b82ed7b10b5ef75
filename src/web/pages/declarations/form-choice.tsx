import { Card, Col, Empty, Input, Row, Typography } from "antd";
import { useState } from "react";
import type { FormView } from "../../../shared/contracts/declarations.ts";
import { StatusTag } from "../../components/status-tag.tsx";
import { subjectNames } from "./hours-text.ts";

export interface FormChoiceProps {
  forms: readonly FormView[];
  chosen: string | undefined;
  onChoose: (form: FormView) => void;
}

/** Step one of a declaration: the 学习形式, each with what it covers and the clause behind it (DEC-01). */
export function FormChoice({ forms, chosen, onChoose }: FormChoiceProps) {
  const [search, setSearch] = useState("");
  const shown = forms.filter((form) => `${form.title}${form.description}`.includes(search.trim()));
  return (
    <>
      <Input.Search
        allowClear
        placeholder="按名称或内容查找学习形式，如 论文、会议"
        aria-label="查找学习形式"
        onChange={(event) => setSearch(event.target.value)}
        style={{ maxWidth: 420, marginBottom: 16 }}
      />
      {shown.length === 0 && <Empty description="没有数据" />}
      <Row gutter={[16, 16]} role="list" aria-label="学习形式">
        {shown.map((form) => (
          <Col key={form.id} xs={24} md={12} xl={8} role="listitem" style={{ display: "flex" }}>
            <FormCard form={form} chosen={form.id === chosen} onChoose={onChoose} />
          </Col>
        ))}
      </Row>
    </>
  );
}

function FormCard({
  form,
  chosen,
  onChoose,
}: {
  form: FormView;
  chosen: boolean;
  onChoose: (form: FormView) => void;
}) {
  return (
    <Card
      hoverable
      size="small"
      tabIndex={0}
      role="button"
      aria-pressed={chosen}
      onClick={() => onChoose(form)}
      onKeyDown={(event) => {
        if (event.key !== "Enter" && event.key !== " ") return;
        event.preventDefault();
        onChoose(form);
      }}
      style={{ width: "100%", ...(chosen ? { borderColor: "#0b5cad", background: "#f2f8ff" } : {}) }}
    >
      <Typography.Text strong style={{ fontSize: 16 }}>
        {form.id} {form.title}
      </Typography.Text>
      <div style={{ margin: "6px 0", display: "flex", gap: 6, flexWrap: "wrap" }}>
        {form.subjects.map((subject) => (
          <StatusTag key={subject} status="current" name={subjectNames[subject]} />
        ))}
        {form.hoursAreTyped && <StatusTag status="none" name="学时由主办或认定部门确定" />}
      </div>
      <Typography.Paragraph style={{ marginBottom: 4 }}>{form.description}</Typography.Paragraph>
      <Typography.Text type="secondary">依据：{form.citation}</Typography.Text>
    </Card>
  );
}
