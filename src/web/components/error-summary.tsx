import { Alert } from "antd";
import { useEffect, useRef } from "react";

export interface SummaryProblem {
  /** id of the field's element, to jump to it */
  fieldId?: string | undefined;
  label?: string | undefined;
  message: string;
}

export interface ErrorSummaryProps {
  /** what the last attempt met; a new attempt takes the focus here */
  problems: readonly SummaryProblem[];
  title?: string;
  /** ids of fields that have been put right since: their lines are left out */
  solved?: ReadonlySet<string>;
}

/** All that keeps a form from being sent, in one place above it, each a link to its field (REG-24). */
export function ErrorSummary({ problems, title, solved }: ErrorSummaryProps) {
  const box = useRef<HTMLDivElement>(null);
  useEffect(() => {
    if (problems.length > 0) box.current?.focus();
  }, [problems]);
  const left = problems.filter(({ fieldId }) => fieldId === undefined || solved?.has(fieldId) !== true);
  if (left.length === 0) return null;
  return (
    <div ref={box} tabIndex={-1} className="error-summary" data-testid="error-summary">
      <Alert
        type="error"
        showIcon
        role="alert"
        title={title ?? `有 ${left.length} 处需要修改`}
        description={
          <ul>
            {left.map((problem) => (
              <li key={`${problem.fieldId ?? ""}${problem.message}`}>
                <ProblemLine problem={problem} />
              </li>
            ))}
          </ul>
        }
      />
    </div>
  );
}

function ProblemLine({ problem }: { problem: SummaryProblem }) {
  const text = problem.label === undefined ? problem.message : `${problem.label}：${problem.message}`;
  const { fieldId } = problem;
  if (fieldId === undefined) return <span>{text}</span>;
  return (
    <a
      href={`#${fieldId}`}
      onClick={(event) => {
        event.preventDefault();
        focusField(fieldId);
      }}
    >
      {text}
    </a>
  );
}

function focusField(fieldId: string): void {
  const element = document.getElementById(fieldId);
  if (element === null) return;
  element.scrollIntoView({ block: "center" });
  const target = element.matches("input,textarea,select,button,[tabindex]")
    ? element
    : element.querySelector<HTMLElement>("input,textarea,select,button,[tabindex]");
  (target ?? element).focus();
}
