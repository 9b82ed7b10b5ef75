import { Alert, Button, Form, Steps } from "antd";
import { useState } from "react";
import { useNavigate } from "react-router";
import type { FormView } from "../../../shared/contracts/declarations.ts";
import { momentText } from "../../components/dates.ts";
import { LeaveDialog } from "../../components/leave-dialog.tsx";
import { useDraft } from "../../components/use-draft.ts";
import { useSignedIn } from "../../session.tsx";
import { CheckStep } from "./check-step.tsx";
import type { CorrectedDeclaration } from "./declare-page.tsx";
import type { DeclareValues, Situation } from "./declare-model.ts";
import { FillStep } from "./fill-step.tsx";
import { FormChoice } from "./form-choice.tsx";
import { Receipt, type SubmissionReceipt } from "./receipt.tsx";
import { useDeclareSubmission } from "./use-declare-submission.ts";
import { useLiveHours } from "./use-live-hours.ts";

export interface DeclareWizardProps {
  forms: readonly FormView[];
  year: number;
  forPeople: boolean;
  ownAccountant: boolean;
  correction: CorrectedDeclaration | null;
}

/** The wizard: choose the form, fill it in, check it, receipt. Its draft survives leaving the page. */
export function DeclareWizard(props: DeclareWizardProps) {
  const session = useSignedIn();
  const draft = useDraft<DeclareValues>(`declare.${session.accountId}.${session.roleKey}`);
  const known = (values: DeclareValues | null) => props.forms.some((form) => form.id === values?.form);
  const found = props.correction === null && known(draft.found) ? draft.found : null;
  const initial = props.correction === null ? found : valuesOf(props.correction);
  const [values, setValues] = useState<DeclareValues | null>(initial);
  const [receipt, setReceipt] = useState<SubmissionReceipt | null>(null);
  const [restored, setRestored] = useState(found !== null);
  const form = props.forms.find((one) => one.id === values?.form);

  function change(next: DeclareValues) {
    setValues(next);
    if (props.correction === null) draft.save(next);
  }
  function startAgain() {
    draft.discard();
    setValues(null);
    setReceipt(null);
    setRestored(false);
  }

  if (receipt !== null) return <Receipt receipt={receipt} onAnother={startAgain} />;
  return (
    <>
      {restored && (
        <Alert
          type="info"
          showIcon
          style={{ marginBottom: 16 }}
          title={`已恢复 ${draft.savedAt === null ? "上次" : momentText(draft.savedAt.toISOString())} 未提交的草稿`}
          action={<Button onClick={startAgain}>放弃草稿，重新填写</Button>}
        />
      )}
      {form === undefined || values === null ? (
        <>
          <WizardSteps current={0} />
          <FormChoice
            forms={props.forms}
            chosen={values?.form}
            onChoose={(chosen) =>
              change({ ...values, form: chosen.id, facts: {}, evidence: [], lowered: undefined })
            }
          />
        </>
      ) : (
        <FilledWizard
          key={form.id}
          {...props}
          form={form}
          values={values}
          onValues={change}
          onFormAgain={() => setValues(null)}
          onSubmitted={(answer) => {
            draft.discard();
            setReceipt(answer);
          }}
        />
      )}
    </>
  );
}

interface FilledWizardProps extends DeclareWizardProps {
  form: FormView;
  values: DeclareValues;
  onValues: (values: DeclareValues) => void;
  onFormAgain: () => void;
  onSubmitted: (receipt: SubmissionReceipt) => void;
}

function FilledWizard(props: FilledWizardProps) {
  const { values, correction } = props;
  const navigate = useNavigate();
  const [form] = Form.useForm<DeclareValues>();
  const [initial] = useState(values);
  const [checking, setChecking] = useState(false);
  const [unsent, setUnsent] = useState(false);
  const situation = situationOf(props);
  const live = useLiveHours(situation, values);
  const { submission, sent } = useDeclareSubmission({
    form,
    situation,
    computed: live.computed,
    correctedId: correction?.id ?? null,
    labels: labelsOf(props.form),
    onSubmitted: props.onSubmitted,
    onRefused: () => setChecking(false),
  });
  const change = () => {
    setUnsent(true);
    props.onValues({ ...values, ...form.getFieldsValue(true), form: props.form.id });
  };
  return (
    <>
      <LeaveDialog unsent={unsent && !sent} draftKept={correction === null} />
      <WizardSteps current={checking ? 2 : 1} />
      {checking && (
        <CheckStep
          situation={situation}
          values={values}
          live={live}
          busy={submission.busy}
          correcting={correction !== null}
          onBack={() => setChecking(false)}
          onSubmit={() => void submission.submit(values)}
        />
      )}
      {/* Kept while checking: what was typed, and where an error of the server is shown. */}
      <div hidden={checking}>
        <FillStep
          form={form}
          initial={initial}
          situation={situation}
          values={values}
          live={live}
          submission={submission}
          correcting={correction !== null}
          onChange={change}
          onBack={() =>
            correction === null
              ? props.onFormAgain()
              : void navigate(`/workspace/declarations/${correction.id}`)
          }
          onNext={() => {
            submission.clear();
            setChecking(true);
            window.scrollTo({ top: 0 });
          }}
        />
      </div>
    </>
  );
}

function WizardSteps({ current }: { current: number }) {
  return (
    <Steps
      current={current}
      responsive
      style={{ marginBottom: 24 }}
      items={[{ title: "选择学习形式" }, { title: "填写内容" }, { title: "核对并提交" }]}
    />
  );
}

function situationOf({
  form,
  year,
  forPeople,
  ownAccountant,
  values,
  correction,
}: FilledWizardProps): Situation {
  const accountant = forPeople
    ? (values.people ?? []).length > 0 && (values.people ?? []).every((person) => person.isAccountant)
    : ownAccountant;
  return {
    form,
    year,
    accountant,
    forPeople,
    ...(correction === null ? {} : { personId: correction.personId }),
  };
}

function labelsOf(form: FormView): Record<string, string> {
  const facts = form.fields.map((field) => [`facts_${field.name}`, field.title] as const);
  return {
    title: "标题",
    startDate: "开始日期",
    endDate: "结束日期",
    subject: "计入科目",
    people: "参加人员",
    evidence: "证明材料",
    lowered: "申报学时",
    hours: "申报学时",
    remark: "备注",
    ...Object.fromEntries(facts),
  };
}

function valuesOf(declaration: CorrectedDeclaration): DeclareValues {
  const { computedHours, hours } = declaration;
  return {
    form: declaration.form,
    subject: declaration.subject,
    title: declaration.title,
    startDate: declaration.startDate,
    endDate: declaration.endDate,
    facts: declaration.rawFacts,
    evidence: declaration.evidence.map(({ key, fileId, name }) => ({ key, fileId, name })),
    lowered:
      hours.public < computedHours.public || hours.professional < computedHours.professional
        ? hours
        : undefined,
    remark: declaration.remark,
  };
}
