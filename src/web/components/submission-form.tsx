import { Form, type FormProps } from "antd";
import type { ReactNode } from "react";
import { ErrorSummary } from "./error-summary.tsx";
import type { FormSubmission } from "./form-submission.ts";

interface Props<Values extends object> extends Omit<FormProps<Values>, "children"> {
  submission: FormSubmission<Values>;
  children: ReactNode;
}

/** A form that one button sends; above it stands what kept the last attempt from being sent. */
export function SubmissionForm<Values extends object>({ submission, ...form }: Props<Values>) {
  return (
    <>
      <ErrorSummary problems={submission.problems} />
      <Form<Values>
        layout="vertical"
        onFinish={submission.submit}
        onFinishFailed={submission.refuse}
        {...form}
      />
    </>
  );
}
