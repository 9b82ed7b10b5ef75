import { Alert, Button, Steps } from "antd";
import { useRef, useState } from "react";
import { useSearchParams } from "react-router";
import { registerOrganization } from "../../../shared/contracts/registrations.ts";
import { callApi, type ApiError } from "../../api.ts";
import type { SummaryProblem } from "../../components/error-summary.tsx";
import { LeaveDialog } from "../../components/leave-dialog.tsx";
import { momentText } from "../../components/dates.ts";
import { PublicCard } from "../../components/public-shell.tsx";
import { useDraft, type Draft } from "../../components/use-draft.ts";
import { ApplicantStep } from "./applicant-step.tsx";
import { CheckStep } from "./check-step.tsx";
import { ReceiptView, type Receipt } from "./receipt.tsx";
import {
  applicantLabels,
  labels,
  requestOf,
  reviewerOf,
  unitKinds,
  type ApplicantValues,
  type UnitKind,
  type UnitValues,
} from "./unit-model.ts";
import { type DraftKey, type Kept, ServerDraft } from "./server-draft.tsx";
import { UnitStep } from "./unit-step.tsx";
import { ReviewerBox, UnitSummary } from "./unit-summary.tsx";

/** 单位注册: 单位信息 → 申请人账户 → 核对提交 → receipt; going back keeps everything (REG-01 – REG-30). */
export function RegisterOrganizationPage() {
  const [params] = useSearchParams();
  const wizard = useWizard(kindFrom(params.get("kind")));
  const { step, unit, applicant, receipt } = wizard;
  if (receipt !== null) {
    return (
      <PublicCard wide title="单位注册">
        <ReceiptView receipt={receipt} />
      </PublicCard>
    );
  }
  return (
    <PublicCard
      wide
      title={`${unitKinds[unit.kind ?? "employer"]}注册`}
      hint="带 * 的为必填项。提交后由所选上级部门审核。"
    >
      <LeaveDialog unsent={wizard.unsent} draftKept />
      <Steps
        className="wizard-steps"
        current={step}
        items={[{ title: "单位信息" }, { title: "申请人账户" }, { title: "核对提交" }]}
      />
      {step === 0 && (
        <>
          <DraftNotice wizard={wizard} />
          <ServerDraft
            kind={unit.kind ?? "employer"}
            draft={wizard.serverDraft}
            kept={wizard.kept}
            onSaved={wizard.keepServerDraft}
            onRestored={wizard.restore}
          />
          <UnitStep
            key={wizard.draftKey}
            initial={unit}
            refused={wizard.refused}
            onChange={wizard.keepUnit}
            onNext={wizard.finishUnit}
          />
        </>
      )}
      {step === 1 && (
        <ApplicantStep
          initial={applicant}
          refused={wizard.refused}
          onBack={wizard.backToUnit}
          onNext={wizard.finishApplicant}
        />
      )}
      {step === 2 && (
        <CheckStep
          labels={{ ...labels, ...applicantLabels }}
          send={wizard.send}
          onRefused={wizard.noteRefusal}
          onBack={() => wizard.goTo(1)}
        >
          <ReviewerBox reviewer={reviewerOf(unit as UnitValues)} what="本次注册" />
          <UnitSummary unit={unit as UnitValues} applicant={applicant as ApplicantValues} />
        </CheckStep>
      )}
    </PublicCard>
  );
}

function DraftNotice({ wizard }: { wizard: ReturnType<typeof useWizard> }) {
  if (wizard.restoredAt === null) return null;
  return (
    <Alert
      type="info"
      showIcon
      style={{ marginBottom: 20 }}
      title={`已恢复 ${momentText(wizard.restoredAt.toISOString())} 保存的草稿`}
      action={
        <Button size="small" onClick={wizard.startOver}>
          清空重填
        </Button>
      }
    />
  );
}

function kindFrom(text: string | null): UnitKind {
  return text === "authority" || text === "base" ? text : "employer";
}

/** The draft as it can still be sent: a scan that no registration used is gone from the server after a day. */
function restored(draft: Draft<Partial<UnitValues>>): Partial<UnitValues> {
  if (draft.found === null || draft.savedAt === null) return {};
  const { scan, ...rest } = draft.found;
  const isFresh = Date.now() - draft.savedAt.getTime() < 20 * 60 * 60 * 1000;
  return isFresh && scan !== undefined ? { ...rest, scan } : rest;
}

/** What the platform keeps of step 1: the unit's data and its scan, nothing of the person. */
function keptOf(values: Partial<UnitValues>): Kept {
  const { name = "", scan } = values;
  return { title: name, content: values, fileIds: scan === undefined ? [] : [scan.fileId] };
}

/** The state of the wizard. The draft holds the unit's data only: nothing of the person, no password. */
function useWizard(kind: UnitKind) {
  const draft = useDraft<Partial<UnitValues>>(`register-${kind}`);
  const [step, setStep] = useState(0);
  const [unit, setUnit] = useState<Partial<UnitValues>>({ kind, ...restored(draft) });
  const [applicant, setApplicant] = useState<Partial<ApplicantValues>>({ kind: "new" });
  const [receipt, setReceipt] = useState<Receipt | null>(null);
  const [refused, setRefused] = useState<readonly SummaryProblem[]>([]);
  const [restoredAt, setRestoredAt] = useState(draft.savedAt);
  const [changed, setChanged] = useState(false);
  const [draftKey, setDraftKey] = useState(0);
  const [serverDraft, keepServerDraft] = useState<DraftKey | null>(null);
  const typed = useRef(unit);
  const goTo = (next: number) => {
    setStep(next);
    window.scrollTo({ top: 0 });
  };
  return {
    step,
    unit,
    applicant,
    receipt,
    refused,
    restoredAt,
    draftKey,
    unsent: changed && receipt === null,
    goTo,
    serverDraft,
    keepServerDraft,
    kept: () => keptOf(typed.current),
    restore: (content: object, found: DraftKey) => {
      const values: Partial<UnitValues> = { ...content, kind };
      typed.current = values;
      setUnit(values);
      draft.save(values);
      keepServerDraft(found);
      setRestoredAt(null);
      setDraftKey(draftKey + 1);
    },
    keepUnit: (values: Partial<UnitValues>) => {
      typed.current = values;
      setChanged(true);
      draft.save(values);
    },
    finishUnit: (values: UnitValues) => {
      setUnit(values);
      setRefused([]);
      goTo(1);
    },
    backToUnit: (values: Partial<ApplicantValues>) => {
      setApplicant(values);
      goTo(0);
    },
    finishApplicant: (values: ApplicantValues) => {
      setApplicant(values);
      setRefused([]);
      goTo(2);
    },
    startOver: () => {
      draft.discard();
      typed.current = { kind };
      setUnit({ kind });
      setRestoredAt(null);
      setDraftKey(draftKey + 1);
    },
    noteRefusal: (error: ApiError) => setRefused(error.problems.map(({ message }) => ({ message }))),
    send: async (captcha: { captchaId: string; captchaText: string }, idempotencyKey: string) => {
      const form = requestOf(unit as UnitValues, applicant as ApplicantValues, captcha);
      const request = serverDraft === null ? form : { ...form, draft: serverDraft };
      const answer = await callApi(registerOrganization, request, { idempotencyKey });
      draft.discard();
      setReceipt(answer);
      window.scrollTo({ top: 0 });
    },
  };
}
