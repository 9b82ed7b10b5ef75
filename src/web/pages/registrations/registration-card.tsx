import { Alert, Button, Descriptions } from "antd";
import { useState } from "react";
import { Link } from "react-router";
import { momentText } from "../../components/dates.ts";
import { StatusTag } from "../../components/status-tag.tsx";
import type { QueriedPerson, Registration } from "./progress-page.tsx";
import { WithdrawDialog } from "./withdraw-dialog.tsx";

export interface RegistrationCardProps {
  registration: Registration;
  person: QueriedPerson;
  onWithdrawn: () => void;
}

/** One registration: its state, its reviewer with the full path and phone, and what can be done now (PRG-02 – 07). */
export function RegistrationCard({ registration, person, onWithdrawn }: RegistrationCardProps) {
  const [withdrawing, setWithdrawing] = useState(false);
  const { reviewer } = registration;
  return (
    <article
      className="registration-card"
      aria-label={`${registration.kindName}注册 ${registration.receiptNumber}`}
    >
      <header>
        <h2>
          {registration.kindName}注册：{registration.subjectName}
        </h2>
        <StatusTag status={registration.status} name={registration.statusName} />
      </header>
      <Descriptions
        size="small"
        column={{ xs: 1, md: 2 }}
        items={[
          { key: "receipt", label: "受理号", children: registration.receiptNumber },
          {
            key: "applicant",
            label: "申请人",
            children: `${registration.applicantName}（${registration.maskedIdNumber}）`,
          },
          { key: "submitted", label: "提交时间", children: momentText(registration.submittedAt) },
          { key: "decided", label: "办结时间", children: momentText(registration.decidedAt) },
        ]}
      />
      <section className="path-box" aria-label="审核部门">
        <strong>审核部门：{reviewer.name}</strong>
        <ul>
          <li>所属区域：{reviewer.regionPath}</li>
          <li>机构类型：{reviewer.kindName}</li>
          <li>隶属：{reviewer.path.join(" → ")}</li>
          <li>联系电话：{reviewer.phone ?? "未登记"}</li>
        </ul>
      </section>
      <NextStep registration={registration} onWithdraw={() => setWithdrawing(true)} />
      {withdrawing && (
        <WithdrawDialog
          registration={registration}
          person={person}
          onClose={(done) => {
            setWithdrawing(false);
            if (done) onWithdrawn();
          }}
        />
      )}
    </article>
  );
}

function NextStep({ registration, onWithdraw }: { registration: Registration; onWithdraw: () => void }) {
  const again =
    registration.kind === "person" ? "/register/person" : `/register/organization?kind=${registration.kind}`;
  if (registration.status === "pending") {
    return (
      <>
        <p className="page-hint">
          请耐心等待审核，着急可按上面的电话联系审核部门。选错审核部门的，可撤回后重新注册；忘记注册密码无法撤回的，请联系该部门管理员驳回。
        </p>
        <Button danger onClick={onWithdraw} style={{ marginTop: 12 }}>
          撤回申请
        </Button>
      </>
    );
  }
  if (registration.status === "approved") {
    const role = registration.kind === "person" ? "professional" : registration.kind;
    return (
      <Link className="button-link button-link-primary" to={`/login?role=${role}`}>
        已通过，去登录
      </Link>
    );
  }
  return (
    <>
      {registration.reason !== null && (
        <Alert type="error" title={`不通过原因：${registration.reason}`} style={{ marginBottom: 12 }} />
      )}
      <Link className="button-link button-link-primary" to={again}>
        重新注册
      </Link>
    </>
  );
}
