import { Alert } from "antd";
import type { ReactNode } from "react";
import { Link } from "react-router";
import type { LoginRole } from "../../../shared/modules.ts";
import { ApiError, errorText } from "../../api.ts";

/** Where a role registers, or null for roles that are opened from above. */
function registrationOf(role: LoginRole): string | null {
  if (role === "professional") return "/register/person";
  if (role === "employer" || role === "authority" || role === "base")
    return `/register/organization?kind=${role}`;
  return null;
}

/** Refusals with a way out: the phrase of the message that becomes the link, and where it leads. */
function wayOut(code: string, role: LoginRole): { phrase: string; to: string } | null {
  const register = registrationOf(role);
  if (code === "login.pending") return { phrase: "可点此查看审核部门", to: "/registration-progress" };
  if (code === "login.locked") return { phrase: "如已忘记，可重新设置密码", to: "/forgotten-password" };
  if (code === "login.deregistered") return { phrase: "可点此导出学习档案", to: "/closed-record" };
  if (register === null) return null;
  if (code === "login.no_account") return { phrase: "可点此立即注册", to: register };
  if (code === "login.rejected") return { phrase: "可重新注册", to: register };
  return null;
}

/**
 * A refused login in the guide's words, the words that name a way out being the link (LOG-03 – LOG-10). Null when
 * single fields were refused: those belong in the error summary.
 */
export function loginPrompt(error: unknown, role: LoginRole): ReactNode {
  if (!(error instanceof ApiError) || error.problems.length > 0) return null;
  const way = wayOut(error.code, role);
  return <Prompt>{way === null ? errorText(error) : linked(error.message, way.phrase, way.to)}</Prompt>;
}

function Prompt({ children }: { children: ReactNode }) {
  return <Alert type="error" showIcon role="alert" title={children} style={{ marginBottom: 16 }} />;
}

/** The message with one of its phrases made a link; a message without the phrase keeps the link after it. */
function linked(message: string, phrase: string, to: string): ReactNode {
  const at = message.indexOf(phrase);
  if (at < 0) {
    return (
      <>
        {message} <Link to={to}>{phrase}</Link>
      </>
    );
  }
  return (
    <>
      {message.slice(0, at)}
      <Link to={to}>{phrase}</Link>
      {message.slice(at + phrase.length)}
    </>
  );
}
