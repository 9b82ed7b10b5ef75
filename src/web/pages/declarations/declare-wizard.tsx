import { Form, Steps } from "antd";
import { useState } from "react";
import { useNavigate } from "react-router";
import type { FormView } from "../../../shared/contracts/declarations.ts";
import { DraftList } from "../../components/drafts/draft-list.tsx";
import { DraftHead, DraftLeaveDialog, useReopen } from "../../components/drafts/draft-parts.tsx";
import type { KeptDraft } from "../../components/drafts/use-kept-draft.ts";
import { LeaveDialog } from "../../components/leave-dialog.tsx";
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
  /** of a new declaration; a correction is kept by nobody */
  draft: KeptDraft<DeclareValues> | null;
}

/** The wizard: choose the form, fill it in, check it, receipt. Its draft survives leaving the page (DEC-14). */
export function DeclareWizard(props: DeclareWizardProps) {
  const { forms, draft } = props;
  const reopen = useReopen();
  const [values, setValues] = useState(() => beginOf(props));
  const [choosing, setChoosing] = useState(values === null);
  const [receipt, setReceipt] = useState<SubmissionReceipt | null>(null);
  const form = forms.find((one) => one.id === values?.form);

  function change(next: DeclareValues) {
    setValues(next);
    draft?.note(next);
  }
  function choose({ id }: FormView) {
    setChoosing(false);
    const begun = { ...values, form: id, facts: {}, evidence: [], lowered: undefined };
    // Whoever has only looked at a form has nothing to lose yet.
    if (values === null) setValues(begun);
    // Another form asks other things; the same one is only looked at again.
    else if (id !== values.form) change(begun);
  }

  if (receipt !== null) return <Receipt receipt={receipt} onAnother={() => reopen()} />;
  return (
    <>
      <DraftHead draft={draft} kind="declaration" />
      {choosing || form === undefined || values === null ? (
        <>
          <WizardSteps current={0} />
          {values === null && <DraftList kind="declaration" page="/workspace/declare" />}
          <FormChoice forms={forms} chosen={values?.form} onChoose={choose} />
        </>
      ) : (
        <FilledWizard
          key={form.id}
          {...props}
          form={form}
          values={values}
          onValues={change}
          onFormAgain={() => setChoosing(true)}
          onSubmitted={(answer) => {
            draft?.forget();
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
  const { values, correction, draft } = props;
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
    draft,
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
      {draft === null ? (
        <LeaveDialog unsent={unsent && !sent} draftKept={false} />
      ) : (
        <DraftLeaveDialog draft={draft} unsent={!sent} />
      )}
      <WizardSteps current={checking ? 2 : 1} />
      {checking && (
        <CheckStep
          situation={situation}
          values={values}
          live={live}
          busy={submission.busy}
          correcting={correction !== null}
          draft={draft}
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
          draft={draft}
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
    ...(correction === null ? {} : { personId: correction.personId, correctionOf: correction.id }),
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

/** What the wizard begins with: the rejected declaration, the draft, or nothing. */
function beginOf({ correction, draft }: DeclareWizardProps): DeclareValues | null {
  if (correction !== null) return valuesOf(correction);
  return draft === null ? null : draft.initial;
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
