import { Button, Card, Col, Flex, Form, Input, Radio, Row } from "antd";
import type { FormInstance } from "antd";
import type { FormView } from "../../../shared/contracts/declarations.ts";
import "./declarations.css";
import { SaveDraftButton } from "../../components/drafts/draft-parts.tsx";
import type { DraftHandle } from "../../components/drafts/use-kept-draft.ts";
import { ErrorSummary } from "../../components/error-summary.tsx";
import type { FormSubmission } from "../../components/form-submission.ts";
import { DateField } from "./date-field.tsx";
import {
  askedEvidence,
  askedFields,
  choosesSubject,
  missingEvidence,
  peopleProblem,
  subjectOf,
  subjectText,
  type DeclareValues,
  type Evidence,
  type PickedPerson,
  type Situation,
} from "./declare-model.ts";
import { EvidenceField } from "./evidence-field.tsx";
import { FactFields } from "./fact-input.tsx";
import { subjectNames } from "./hours-text.ts";
import { LiveHoursCard } from "./live-hours.tsx";
import { LoweredHours } from "./lowered-hours.tsx";
import { PeopleField } from "./people-field.tsx";
import { RoutePreview } from "./route-preview.tsx";
import type { LiveHours } from "./use-live-hours.ts";

export const declareFormName = "declare";

export interface FillStepProps {
  form: FormInstance<DeclareValues>;
  initial: DeclareValues;
  situation: Situation;
  values: DeclareValues;
  live: LiveHours;
  submission: FormSubmission<DeclareValues>;
  /** a correction keeps its person and its form */
  correcting: boolean;
  draft: DraftHandle | null;
  onChange: () => void;
  onBack: () => void;
  onNext: () => void;
}

/** Step two: the fields of the chosen form beside what they are worth and who will review them. */
export function FillStep(props: FillStepProps) {
  const { form, situation, values, live, submission } = props;
  const people = situation.forPeople ? (values.people ?? []) : [];
  const personIds = routePeople(situation, values);
  const ready = !situation.forPeople || (people.length > 0 && peopleProblem(people) === null);
  return (
    <Row gutter={[20, 20]}>
      <Col xs={24} lg={15}>
        <ErrorSummary problems={submission.problems} />
        <Form<DeclareValues>
          form={form}
          name={declareFormName}
          layout="vertical"
          initialValues={props.initial}
          scrollToFirstError
          onValuesChange={props.onChange}
          onFinish={props.onNext}
          onFinishFailed={submission.refuse}
        >
          <FillFields {...props} />
          <Flex gap={12} wrap>
            <Button onClick={props.onBack}>{props.correcting ? "返回详情" : "上一步：重选学习形式"}</Button>
            <Button type="primary" htmlType="submit">
              下一步：核对
            </Button>
            {props.draft !== null && <SaveDraftButton draft={props.draft} />}
          </Flex>
        </Form>
      </Col>
      <Col xs={24} lg={9}>
        <Flex vertical gap={16} style={{ position: "sticky", top: 16 }}>
          <LiveHoursCard live={live} />
          <RoutePreview personIds={personIds} ready={ready} />
        </Flex>
      </Col>
    </Row>
  );
}

/** Whose way it is: the chosen people's, the corrected person's, or one's own. */
export function routePeople(situation: Situation, values: DeclareValues): string[] {
  if (situation.forPeople) return (values.people ?? []).map((person) => person.id);
  return situation.personId === undefined ? [] : [situation.personId];
}

function FillFields({ situation, values, live, correcting }: FillStepProps) {
  const { form } = situation;
  const facts = values.facts ?? {};
  return (
    <Flex vertical gap={16} style={{ marginBottom: 16 }}>
      {situation.forPeople && !correcting && (
        <Card title="参加人员" size="small">
          <Form.Item name="people" label="参加人员" required rules={[peopleRule]}>
            <PeopleField
              personalFields={form.fields.filter((field) => field.perPerson === true)}
              commonFacts={facts}
            />
          </Form.Item>
        </Card>
      )}
      <Card title={`${form.id} ${form.title}`} size="small">
        <div className="field-grid">
          <CommonFields situation={situation} values={values} />
          <FactFields
            fields={askedFields(form)}
            facts={facts}
            withPersonal={!situation.forPeople || correcting}
          />
        </div>
      </Card>
      <Card title="学时与证明材料" size="small">
        <Form.Item name="lowered" label="申报学时" extra="由系统按规则计算；可以调低，不能调高">
          <LoweredHours computed={live.computed} />
        </Form.Item>
        <Form.Item name="evidence" label="证明材料" rules={[evidenceRule(form)]}>
          <EvidenceField kinds={askedEvidence(form, facts)} />
        </Form.Item>
        <Form.Item name="remark" label="备注">
          <Input.TextArea rows={2} maxLength={500} showCount />
        </Form.Item>
      </Card>
    </Flex>
  );
}

function CommonFields({ situation, values }: { situation: Situation; values: DeclareValues }) {
  return (
    <>
      <Form.Item
        label="认证年度"
        extra={`目前仅可申报当年学时；结束日期须在${situation.year}年内且不晚于今天`}
      >
        <Input value={`${situation.year}年度`} disabled aria-label="认证年度" style={{ maxWidth: 220 }} />
      </Form.Item>
      <SubjectField situation={situation} values={values} />
      <Form.Item
        name="title"
        label="标题"
        className="wide-field"
        rules={[{ required: true, whitespace: true, message: "请填写标题" }]}
        extra="概括这次学习，如“全省水利工程新技术高级研修班”"
      >
        <Input maxLength={200} />
      </Form.Item>
      <Form.Item name="startDate" label="开始日期" rules={[{ required: true, message: "请选择开始日期" }]}>
        <DateField />
      </Form.Item>
      <Form.Item
        name="endDate"
        label="结束日期"
        dependencies={["startDate"]}
        rules={[{ required: true, message: "请选择结束日期" }, notBeforeStart]}
      >
        <DateField />
      </Form.Item>
    </>
  );
}

/** 计入科目: fixed to 公需课 for accountants (DEC-03); else a choice only where the form has one. */
function SubjectField({ situation, values }: { situation: Situation; values: DeclareValues }) {
  const { form, accountant } = situation;
  if (choosesSubject(form) && !accountant) {
    return (
      <Form.Item name="subject" label="计入科目" initialValue={subjectOf(form, values, accountant)}>
        <Radio.Group options={form.subjects.map((one) => ({ value: one, label: subjectNames[one] }))} />
      </Form.Item>
    );
  }
  return (
    <Form.Item label="计入科目" extra={accountant ? "会计人员申报的学时固定计入公需课，不能修改" : undefined}>
      <Input
        value={subjectText(form, values, accountant)}
        disabled
        aria-label="计入科目"
        style={{ maxWidth: 220 }}
        data-testid="fixed-subject"
      />
    </Form.Item>
  );
}

const peopleRule = {
  validator: async (_rule: unknown, people: PickedPerson[] | undefined) => {
    if (people === undefined || people.length === 0) throw new Error("请选择参加人员");
    const problem = peopleProblem(people);
    if (problem !== null) throw new Error(problem);
  },
};

const notBeforeStart = ({ getFieldValue }: { getFieldValue: (name: string) => unknown }) => ({
  validator: async (_rule: unknown, end: string | undefined) => {
    const start = getFieldValue("startDate");
    if (typeof start === "string" && end !== undefined && end < start) {
      throw new Error("结束日期不能早于开始日期");
    }
  },
});

function evidenceRule(form: FormView) {
  return ({ getFieldValue }: { getFieldValue: (name: string) => DeclareValues["facts"] }) => ({
    validator: async (_rule: unknown, evidence: Evidence[] | undefined) => {
      const missing = missingEvidence(form, { facts: getFieldValue("facts"), evidence });
      if (missing.length > 0) throw new Error(`缺少证明材料：${missing.join("、")}`);
    },
  });
}
