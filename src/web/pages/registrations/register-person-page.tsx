import { Steps } from "antd";
import { useRef, useState } from "react";
import { registerPerson } from "../../../shared/contracts/registrations.ts";
import { callApi } from "../../api.ts";
import type { SummaryProblem } from "../../components/error-summary.tsx";
import { LeaveDialog } from "../../components/leave-dialog.tsx";
import { PublicCard } from "../../components/public-shell.tsx";
import { useDraft } from "../../components/use-draft.ts";
import { CheckStep } from "./check-step.tsx";
import { personLabels, requestOf, type PersonValues } from "./person-model.ts";
import { PersonStep } from "./person-step.tsx";
import { PersonSummary } from "./person-summary.tsx";
import { type DraftKey, ServerDraft } from "./server-draft.tsx";
import { ReceiptView, type Receipt } from "./receipt.tsx";
import { ReviewerBox } from "./unit-summary.tsx";

/** What a draft keeps: unit, title and further data. Never the ID number, name, phone, e-mail or password. */
const kept = [
  "regionCode",
  "organization",
  "department",
  "nation",
  "nativePlace",
  "school",
  "major",
  "isAccountant",
  "titleSeries",
  "titleLevel",
  "titleName",
  "titleObtainedOn",
] as const;

/** 专业技术人员注册: form → 核对提交 → receipt (PER-01, PER-02). */
export function RegisterPersonPage() {
  const draft = usePersonDraft();
  const { person, setPerson } = draft;
  const [step, setStep] = useState(0);
  const [changed, setChanged] = useState(false);
  const [receipt, setReceipt] = useState<Receipt | null>(null);
  const [refused, setRefused] = useState<readonly SummaryProblem[]>([]);
  const goTo = (next: number) => {
    setStep(next);
    window.scrollTo({ top: 0 });
  };
  if (receipt !== null) {
    return (
      <PublicCard wide title="专业技术人员注册">
        <ReceiptView receipt={receipt} />
      </PublicCard>
    );
  }
  const complete = person as PersonValues;
  return (
    <PublicCard wide title="专业技术人员注册" hint="带 * 的为必填项。提交后由所在单位审核。">
      <LeaveDialog unsent={changed} draftKept />
      <Steps className="wizard-steps" current={step} items={[{ title: "填写信息" }, { title: "核对提交" }]} />
      {step === 0 ? (
        <>
          <ServerDraft
            kind="person"
            draft={draft.onServer}
            kept={draft.kept}
            onSaved={draft.keepOnServer}
            onRestored={draft.restore}
          />
          <PersonStep
            key={draft.restored}
            initial={person}
            refused={refused}
            onChange={(values) => {
              setChanged(true);
              draft.save(values);
            }}
            onNext={(values) => {
              setPerson(values);
              setRefused([]);
              goTo(1);
            }}
          />
        </>
      ) : (
        <CheckStep
          labels={personLabels}
          onBack={() => goTo(0)}
          onRefused={(error) => setRefused(error.problems.map(({ message }) => ({ message })))}
          send={async (captcha, idempotencyKey) => {
            const form = requestOf(complete, captcha);
            const request = draft.onServer === null ? form : { ...form, draft: draft.onServer };
            const answer = await callApi(registerPerson, request, { idempotencyKey });
            draft.discard();
            setReceipt(answer);
            window.scrollTo({ top: 0 });
          }}
        >
          <ReviewerBox reviewer={complete.organization} what="您的注册" />
          <PersonSummary person={complete} />
        </CheckStep>
      )}
    </PublicCard>
  );
}

/** What was typed so far: in this browser, and on the platform where the applicant wants that. */
function usePersonDraft() {
  const draft = useDraft<Partial<PersonValues>>("register-person");
  const [person, setPerson] = useState<Partial<PersonValues>>(draft.found ?? {});
  const [onServer, keepOnServer] = useState<DraftKey | null>(null);
  const [restored, setRestored] = useState(0);
  const typed = useRef<Partial<PersonValues>>(draft.found ?? {});
  const keep = (values: Partial<PersonValues>) => {
    typed.current = values;
    draft.save(values);
  };
  return {
    person,
    setPerson,
    onServer,
    keepOnServer,
    /** how often a draft was taken up: the form then begins anew */
    restored,
    discard: draft.discard,
    save: (values: Partial<PersonValues>) =>
      keep(Object.fromEntries(kept.map((name) => [name, values[name]]))),
    kept: () => ({
      title: typed.current.organization?.name ?? "",
      content: typed.current,
      fileIds: [],
    }),
    restore: (content: object, found: DraftKey) => {
      keep(content);
      setPerson(content);
      keepOnServer(found);
      setRestored(restored + 1);
    },
  };
}
