import { useQueryClient } from "@tanstack/react-query";
import { App, Button, type FormInstance } from "antd";
import { useEffect, useState } from "react";
import { submitTransfer } from "../../../shared/contracts/transfers.ts";
import { ApiError, callApi } from "../../api.ts";
import { useFormSubmission } from "../../components/form-submission.ts";
import { LeaveDialog } from "../../components/leave-dialog.tsx";
import { SubmissionForm } from "../../components/submission-form.tsx";
import type { SubmittedApplication } from "../applications/application-receipt.tsx";
import type { OwnPerson } from "./new-transfer.tsx";
import { TransferFields } from "./transfer-fields.tsx";
import { destinationText, transferLabels, transferRequestOf, type TransferValues } from "./transfer-model.ts";

interface TransferFormProps {
  form: FormInstance<TransferValues>;
  person: OwnPerson;
  /** something has to be finished first: it can be filled in, but not sent */
  isBlocked: boolean;
  onSubmitted: (transfer: SubmittedApplication) => void;
}

/** The application for one's own transfer (TRF-02): checked, confirmed by name, sent once. */
export function TransferForm({ form, person, isBlocked, onSubmitted }: TransferFormProps) {
  const queries = useQueryClient();
  const { message } = App.useApp();
  const confirmed = useConfirmation(person);
  const [changed, setChanged] = useState(false);
  const submission = useFormSubmission<TransferValues>({
    form,
    formName: "transfer",
    labels: transferLabels,
    send: async (values, idempotencyKey) => {
      if (!(await confirmed(values))) return;
      onSubmitted(await send(values, idempotencyKey));
      await queries.invalidateQueries();
    },
    onRefused: (error) => {
      // Somebody was first, or something has come up since: the page shows what, and the form may go.
      if (error.status !== 409) return;
      void message.error(error.message);
      void queries.invalidateQueries();
    },
  });
  const { clear } = submission;
  useEffect(() => {
    // What was in the way is done: that it was is no longer said.
    if (!isBlocked) clear();
  }, [isBlocked, clear]);
  return (
    <>
      <LeaveDialog unsent={changed} draftKept={false} />
      <SubmissionForm
        submission={submission}
        form={form}
        name="transfer"
        initialValues={{ to: { kind: "unit" } }}
        scrollToFirstError
        onValuesChange={() => setChanged(true)}
      >
        <TransferFields form={form} currentUnitId={person.organizationId} />
        <Button type="primary" htmlType="submit" loading={submission.busy} disabled={isBlocked}>
          提交申请
        </Button>
      </SubmissionForm>
    </>
  );
}

/** What blocks is no field of the form: the page lists it with links, the form says only that. */
async function send(values: TransferValues, idempotencyKey: string): Promise<SubmittedApplication> {
  try {
    return await callApi(submitTransfer, transferRequestOf(values), { idempotencyKey });
  } catch (error) {
    if (error instanceof ApiError && error.code === "application.blocked") {
      const { code, message } = error;
      throw new ApiError(error.status, { code, message });
    }
    throw error;
  }
}

function useConfirmation(person: OwnPerson): (values: TransferValues) => Promise<boolean> {
  const { modal } = App.useApp();
  return async ({ to }) => {
    const confirmed = await modal.confirm({
      title: `申请从「${person.organizationName}」调往「${destinationText(to)}」？`,
      content: "提交后由原单位、新单位依次办理。办理期间可以填写申报并保存草稿，不能提交申报和其他申请。",
      okText: "确认提交",
      cancelText: "再看看",
    });
    return confirmed;
  };
}
