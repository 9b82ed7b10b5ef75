import type { FormInstance, FormProps } from "antd";
import { useCallback, useRef, useState } from "react";
import { ApiError, errorText, newIdempotencyKey } from "../api.ts";
import type { SummaryProblem } from "./error-summary.tsx";

/** The state of sending one antd form: busy, the error summary, and one idempotency key per content. */
export interface FormSubmission<Values> {
  busy: boolean;
  problems: readonly SummaryProblem[];
  error: unknown;
  /** for `onFinish` */
  submit: (values: Values) => Promise<void>;
  /** for `onFinishFailed` */
  refuse: NonNullable<FormProps<Values>["onFinishFailed"]>;
  clear: () => void;
}

export interface SubmissionOptions<Values> {
  form: FormInstance<Values>;
  /** the form's `name`, which antd puts before the ids of its fields */
  formName: string;
  labels: Readonly<Record<string, string>>;
  send: (values: Values, idempotencyKey: string) => Promise<void>;
  /** called after a refusal by the server, e.g. to fetch a new captcha */
  onRefused?: (error: ApiError) => void;
}

export function useFormSubmission<Values extends object>(
  options: SubmissionOptions<Values>,
): FormSubmission<Values> {
  const [busy, setBusy] = useState(false);
  const [problems, setProblems] = useState<readonly SummaryProblem[]>([]);
  const [error, setError] = useState<unknown>(null);
  const sent = useRef({ content: "", key: "" });
  const latest = useRef(options);
  latest.current = options;

  const submit = useCallback(async (values: Values) => {
    const content = JSON.stringify(values);
    if (sent.current.content !== content) sent.current = { content, key: newIdempotencyKey() };
    setBusy(true);
    setProblems([]);
    setError(null);
    try {
      await latest.current.send(values, sent.current.key);
    } catch (caught) {
      setError(caught);
      setProblems(problemsOfError(caught, latest.current));
      if (caught instanceof ApiError) latest.current.onRefused?.(caught);
    } finally {
      setBusy(false);
    }
  }, []);

  const refuse = useCallback((info: Parameters<NonNullable<FormProps<Values>["onFinishFailed"]>>[0]) => {
    const { formName, labels } = latest.current;
    setError(null);
    setProblems(
      info.errorFields.map((field) => {
        const name = (field.name as (string | number)[]).join("_");
        return { fieldId: `${formName}_${name}`, label: labels[name], message: field.errors[0] ?? "有误" };
      }),
    );
  }, []);

  const clear = useCallback(() => {
    setProblems([]);
    setError(null);
  }, []);
  return { busy, problems, error, submit, refuse, clear };
}

/** Puts the server's word at the fields it concerns and lists all of it for the summary. */
function problemsOfError<Values>(error: unknown, options: SubmissionOptions<Values>): SummaryProblem[] {
  if (!(error instanceof ApiError) || error.problems.length === 0) return [{ message: errorText(error) }];
  return error.problems.map(({ path, message }) => {
    // A path begins with the part of the request, which no form knows.
    const name = path
      .replace(/^(body|query|params)\./, "")
      .split(".")
      .filter((part) => part !== "applicant");
    const key = name.join("_");
    const isShown = options.form.getFieldsError().some((field) => field.name.join("_") === key);
    if (isShown) options.form.setFields([{ name: name as never, errors: [message] }]);
    return { fieldId: `${options.formName}_${key}`, label: options.labels[key], message };
  });
}
