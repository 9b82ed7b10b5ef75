import { Alert } from "antd";
import { ApiError, errorText } from "../api.ts";

/** What went wrong with the last action, with each place that the server found wrong. */
export function FailureView({ error }: { error: unknown }) {
  const problems = error instanceof ApiError ? error.problems : [];
  return (
    <Alert
      type="error"
      showIcon
      role="alert"
      style={{ marginTop: 12 }}
      title={errorText(error)}
      description={problems.map(({ path, message }) => (
        <div key={`${path}${message}`}>
          {path}：{message}
        </div>
      ))}
    />
  );
}
