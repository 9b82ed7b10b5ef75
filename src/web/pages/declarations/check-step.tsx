import { Alert, Button, Card, Descriptions, Flex } from "antd";
import { SaveDraftButton } from "../../components/drafts/draft-parts.tsx";
import type { DraftHandle } from "../../components/drafts/use-kept-draft.ts";
import { factText } from "./fact-text.ts";
import {
  askedEvidence,
  askedFields,
  factsToSend,
  loweredHours,
  subjectText,
  type DeclareValues,
  type Situation,
} from "./declare-model.ts";
import { routePeople } from "./fill-step.tsx";
import { creditsText } from "./hours-text.ts";
import { LiveHoursCard } from "./live-hours.tsx";
import { RoutePreview } from "./route-preview.tsx";
import type { LiveHours } from "./use-live-hours.ts";

export interface CheckStepProps {
  situation: Situation;
  values: DeclareValues;
  live: LiveHours;
  busy: boolean;
  correcting: boolean;
  draft: DraftHandle | null;
  onBack: () => void;
  onSubmit: () => void;
}

/** Step three: everything that will be sent, once more, before it is sent. */
export function CheckStep(props: CheckStepProps) {
  const { situation, values, live, busy, correcting, draft, onBack, onSubmit } = props;
  const blocked = live.busy || live.computed === null;
  return (
    <Flex vertical gap={16}>
      <Alert
        type="info"
        showIcon
        title="请核对以下内容。提交后在最终审核通过前可以撤回；驳回后可以修改重新提交。"
      />
      <Card title="申报内容" size="small">
        <CheckTable situation={situation} values={values} live={live} />
      </Card>
      <LiveHoursCard live={live} />
      <RoutePreview personIds={routePeople(situation, values)} ready />
      {blocked && !live.busy && (
        <Alert type="warning" showIcon title="系统尚不能得出学时，请返回修改学时试算中列出的问题" />
      )}
      <Flex gap={12} wrap>
        <Button onClick={onBack} disabled={busy}>
          上一步：修改
        </Button>
        <Button type="primary" loading={busy} disabled={blocked} onClick={onSubmit}>
          {correcting ? "重新提交" : "提交申报"}
        </Button>
        {draft !== null && <SaveDraftButton draft={draft} disabled={busy} />}
      </Flex>
    </Flex>
  );
}

function CheckTable({ situation, values, live }: Pick<CheckStepProps, "situation" | "values" | "live">) {
  const { form } = situation;
  const facts = factsToSend(form, values.facts ?? {});
  const lowered = loweredHours(values.lowered, live.computed);
  const rows = [
    { label: "学习形式", value: `${form.id} ${form.title}` },
    { label: "认证年度", value: `${situation.year}年度` },
    { label: "计入科目", value: subjectText(form, values, situation.accountant) },
    { label: "标题", value: values.title ?? "" },
    { label: "起止日期", value: `${values.startDate ?? ""} 至 ${values.endDate ?? ""}` },
    ...askedFields(form).flatMap((field) => {
      const value = facts[field.name];
      return value === undefined ? [] : [{ label: field.title, value: factText(field, value) }];
    }),
    { label: "申报学时", value: hoursLine(lowered, live) },
    { label: "证明材料", value: evidenceLine(situation, values) },
    ...(situation.forPeople ? [{ label: "参加人员", value: peopleLine(situation, values) }] : []),
    { label: "备注", value: values.remark === undefined || values.remark === "" ? "无" : values.remark },
  ];
  return (
    <Descriptions
      column={{ xs: 1, md: 2 }}
      bordered
      size="small"
      items={rows.map((row) => ({ key: row.label, label: row.label, children: row.value }))}
    />
  );
}

function hoursLine(lowered: ReturnType<typeof loweredHours>, live: LiveHours): string {
  if (lowered !== undefined && live.computed !== null) {
    return `${creditsText(lowered)}（系统计算 ${creditsText(live.computed)}，已调低）`;
  }
  const different = new Set(live.groups.map((group) => JSON.stringify(group.answer?.hours ?? null))).size > 1;
  if (different) return "因人而异，见学时试算";
  return live.computed === null ? "尚未得出" : creditsText(live.computed);
}

function evidenceLine(situation: Situation, values: DeclareValues): string {
  const titles = new Map(askedEvidence(situation.form, values.facts).map((kind) => [kind.key, kind.title]));
  const files = (values.evidence ?? []).filter((file) => titles.has(file.key));
  return files.length === 0 ? "无" : files.map((file) => `${titles.get(file.key)}：${file.name}`).join("；");
}

function peopleLine(situation: Situation, values: DeclareValues): string {
  const people = values.people ?? [];
  const personal = situation.form.fields.filter((field) => field.perPerson === true);
  return people
    .map((person) => {
      const own = personal.flatMap((field) => {
        const value = person.facts[field.name];
        return value === undefined ? [] : [`${field.title} ${factText(field, value)}`];
      });
      return own.length === 0 ? person.name : `${person.name}（${own.join("，")}）`;
    })
    .join("、");
}
