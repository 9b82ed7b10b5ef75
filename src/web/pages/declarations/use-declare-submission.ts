import { useQueryClient } from "@tanstack/react-query";
import { App, type FormInstance } from "antd";
import { useEffect, useState } from "react";
import { useNavigate } from "react-router";
import { resubmitDeclaration } from "../../../shared/contracts/declaration-changes.ts";
import { submitDeclarations } from "../../../shared/contracts/declarations.ts";
import { callApi } from "../../api.ts";
import { isCode } from "../../components/drafts/draft-requests.ts";
import type { DraftHandle } from "../../components/drafts/use-kept-draft.ts";
import { useFormSubmission, type FormSubmission } from "../../components/form-submission.ts";
import { resubmissionOf, submissionOf, type DeclareValues, type Situation } from "./declare-model.ts";
import { declareFormName } from "./fill-step.tsx";
import type { Hours } from "./hours-text.ts";
import type { SubmissionReceipt } from "./receipt.tsx";

export interface DeclareSubmissionOptions {
  form: FormInstance<DeclareValues>;
  situation: Situation;
  computed: Hours | null;
  /** the declaration that is corrected, or null for a new one */
  correctedId: string | null;
  /** what is gone with the submission (DEC-14) */
  draft: DraftHandle | null;
  labels: Readonly<Record<string, string>>;
  onSubmitted: (receipt: SubmissionReceipt) => void;
  onRefused: () => void;
}

export interface DeclareSubmission {
  submission: FormSubmission<DeclareValues>;
  /** true once the server has it: nothing is unsent any more */
  sent: boolean;
}

/** Sends a new declaration, which ends with a receipt, or a corrected one, which ends on its own page (APR-11). */
export function useDeclareSubmission(options: DeclareSubmissionOptions): DeclareSubmission {
  const { correctedId, situation, computed } = options;
  const { message } = App.useApp();
  const navigate = useNavigate();
  const queries = useQueryClient();
  const [sent, setSent] = useState(false);
  // In an effect: the page must first know that nothing is unsent, or leaving it would ask.
  useEffect(() => {
    if (sent && correctedId !== null) void navigate(`/workspace/declarations/${correctedId}`);
  }, [sent, correctedId, navigate]);
  const submission = useFormSubmission<DeclareValues>({
    form: options.form,
    formName: declareFormName,
    labels: options.labels,
    send: async (values, idempotencyKey) => {
      const receipt =
        correctedId === null
          ? await callApi(
              submitDeclarations,
              { ...submissionOf(situation, values, computed), draftId: options.draft?.id },
              { idempotencyKey },
            )
          : null;
      if (correctedId !== null) {
        const request = resubmissionOf(correctedId, situation, { values, computed });
        await callApi(resubmitDeclaration, request, { idempotencyKey });
        void message.success("已重新提交，将从第一级重新审核");
      }
      // Stale from now on, but not fetched again under this page, which still shows the declaration as it was.
      const shown = { predicate: isShown, refetchType: "none" as const };
      await queries.invalidateQueries(shown);
      setSent(true);
      if (receipt !== null) options.onSubmitted(receipt);
    },
    onRefused: (error) => {
      // Submitted, deleted or expired: whether it was submitted before, the declarant can see in his records.
      if (isCode(error, "draft.not_found")) options.draft?.unlink();
      options.onRefused();
    },
  });
  return { submission, sent };
}

function isShown({ queryKey }: { queryKey: readonly unknown[] }): boolean {
  return queryKey[0] !== "platform";
}
