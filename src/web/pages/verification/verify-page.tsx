import { CheckCircleFilled, CloseCircleFilled, ExclamationCircleFilled } from "@ant-design/icons";
import { Button, Descriptions, Form, Input } from "antd";
import { useEffect, useRef, useState, type ReactNode } from "react";
import { useSearchParams } from "react-router";
import { certificateNouns, verifyCertificate } from "../../../shared/contracts/certificates.ts";
import type { ResponseOf } from "../../../shared/contracts/endpoint.ts";
import { callApi } from "../../api.ts";
import { dayText, hoursText, momentText } from "../../components/dates.ts";
import { useFormSubmission } from "../../components/form-submission.ts";
import { SubmissionForm } from "../../components/submission-form.tsx";
import { PublicCard } from "../../components/public-shell.tsx";

type Verdict = ResponseOf<typeof verifyCertificate>;
type Certificate = NonNullable<Verdict["certificate"]>;

interface VerifyValues {
  number: string;
  code: string;
}

/** 证书核验 by number and code (CRT-07); the QR code of a certificate opens it filled in, and asks at once. */
export function VerifyPage() {
  const [params, setParams] = useSearchParams();
  const [form] = Form.useForm<VerifyValues>();
  const [verdict, setVerdict] = useState<Verdict | null>(null);
  const submission = useFormSubmission<VerifyValues>({
    form,
    formName: "verify",
    labels: { number: "证书编号", code: "核验码" },
    send: async (values) => {
      setVerdict(null);
      setVerdict(await callApi(verifyCertificate, values));
      setParams({ number: values.number.trim(), code: values.code.trim().toUpperCase() }, { replace: true });
    },
  });
  const number = params.get("number") ?? "";
  const code = params.get("code") ?? "";
  const asked = useRef(false);
  const { submit } = submission;
  useEffect(() => {
    if (asked.current || number === "" || code === "") return;
    asked.current = true;
    void submit({ number, code });
  }, [number, code, submit]);
  return (
    <PublicCard wide title="证书核验" hint="请输入证书上的证书编号和核验码，或用手机扫描证书上的二维码。">
      <SubmissionForm submission={submission} form={form} name="verify" initialValues={{ number, code }}>
        <div className="form-grid">
          <Form.Item name="number" label="证书编号" rules={[{ required: true, message: "请输入证书编号" }]}>
            <Input autoComplete="off" maxLength={60} />
          </Form.Item>
          <Form.Item name="code" label="核验码" rules={[{ required: true, message: "请输入核验码" }]}>
            <Input autoComplete="off" maxLength={20} />
          </Form.Item>
        </div>
        <Button type="primary" htmlType="submit" loading={submission.busy}>
          核验
        </Button>
      </SubmissionForm>
      <div aria-live="polite">{verdict !== null && <VerdictView verdict={verdict} />}</div>
    </PublicCard>
  );
}

const icons: Record<Verdict["status"], ReactNode> = {
  valid: <CheckCircleFilled />,
  updated: <ExclamationCircleFilled />,
  revoked: <CloseCircleFilled />,
  unknown: <ExclamationCircleFilled />,
};

/** What a verdict means, by the noun of what was shown; nobody knows the kind of an unknown one. */
const explanations: Record<Verdict["status"], (noun: string) => { title: string; text: string }> = {
  valid: (noun) => ({
    title: `${noun}有效`,
    text: `以下为平台登记的内容，请与出示的${noun}逐项核对。`,
  }),
  updated: (noun) => ({
    title: `${noun}已更新`,
    text: `该编号的${noun}已有新版本，出示的可能是旧版本，请以以下内容为准。`,
  }),
  revoked: (noun) => ({ title: `${noun}已撤销`, text: `该${noun}已被撤销，不能作为证明使用。` }),
  unknown: (noun) => ({
    title: `未查到该${noun}`,
    text: `没有这个${noun}编号，或核验码与编号不符。请核对后重试。`,
  }),
};

function VerdictView({ verdict }: { verdict: Verdict }) {
  const { title, text } = explanations[verdict.status](
    certificateNouns[verdict.certificate?.kind ?? "single"],
  );
  return (
    <>
      <div className={`verdict verdict-${verdict.status}`} data-testid="verdict">
        <span className="verdict-icon" aria-hidden>
          {icons[verdict.status]}
        </span>
        <div>
          <h2>{title}</h2>
          <p>{text}</p>
          <p>核验时间：{momentText(verdict.checkedAt)}</p>
        </div>
      </div>
      {verdict.certificate !== null && <CertificateView certificate={verdict.certificate} />}
    </>
  );
}

function CertificateView({ certificate }: { certificate: Certificate }) {
  return (
    <>
      <Descriptions
        bordered
        size="small"
        column={{ xs: 1, sm: 2 }}
        items={[
          {
            key: "number",
            label: `${certificateNouns[certificate.kind]}编号`,
            children: `${certificate.number}（第${certificate.version}版）`,
          },
          { key: "name", label: "姓名", children: certificate.personName },
          { key: "id", label: "身份证号码", children: certificate.maskedIdNumber },
          { key: "unit", label: "工作单位", children: certificate.organizationName },
          { key: "issuer", label: "发证机关", children: certificate.issuer },
          { key: "day", label: "签发日期", children: dayText(certificate.issuedOn) },
        ]}
      />
      <div className="plain-table-scroll">
        <table className="plain-table">
          <caption>年度认定结果</caption>
          <thead>
            <tr>
              <th scope="col">年度</th>
              <th scope="col">公需科目学时</th>
              <th scope="col">专业科目学时</th>
              <th scope="col">总学时</th>
              <th scope="col">年度认定结果</th>
            </tr>
          </thead>
          <tbody>
            {certificate.years.map((year) => (
              <tr key={year.year}>
                <td>{year.year}</td>
                <td>{hoursText(year.public)}</td>
                <td>{hoursText(year.professional)}</td>
                <td>{hoursText(year.public + year.professional)}</td>
                <td>{year.resultName}</td>
              </tr>
            ))}
          </tbody>
        </table>
      </div>
    </>
  );
}
