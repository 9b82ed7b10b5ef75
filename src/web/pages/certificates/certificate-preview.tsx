import { DownloadOutlined, PrinterOutlined } from "@ant-design/icons";
import { useMutation } from "@tanstack/react-query";
import { App, Button, Flex, Modal } from "antd";
import { useState, type ReactNode } from "react";
import {
  getCertificatePdf,
  issueCertificate,
  issueMergedCertificate,
  issueTranscript,
} from "../../../shared/contracts/certificates.ts";
import type { ResponseOf } from "../../../shared/contracts/endpoint.ts";
import { binaryUrl, callApi, errorText } from "../../api.ts";
import { printPdf } from "../../components/print.ts";
import { certificateNouns } from "../../../shared/contracts/certificates.ts";
import { StatusTag } from "../../components/status-tag.tsx";

export type Certificate = ResponseOf<typeof issueCertificate>;

/** A certificate or transcript as it will be printed; the very file that was rendered when it was issued (CRT-07). */
export function CertificatePreview({
  certificate,
  onClose,
}: {
  certificate: Certificate;
  onClose: () => void;
}) {
  const url = binaryUrl(getCertificatePdf, { id: certificate.id });
  const noun = certificateNouns[certificate.kind];
  return (
    <Modal
      open
      width={1080}
      style={{ top: 24 }}
      title={
        <Flex gap={12} align="center" wrap>
          {certificate.personName} · {yearsText(certificate.years)}
          {noun}
          <StatusTag status={certificate.status} name={certificate.statusName} />
        </Flex>
      }
      onCancel={onClose}
      footer={[
        <Button
          key="download"
          icon={<DownloadOutlined aria-hidden />}
          href={url}
          download={`${certificate.number}.pdf`}
        >
          下载
        </Button>,
        <Button
          key="print"
          type="primary"
          icon={<PrinterOutlined aria-hidden />}
          onClick={() => printPdf(url)}
        >
          打印
        </Button>,
      ]}
    >
      <p>
        {noun}编号 <strong data-testid="certificate-number">{certificate.number}</strong>，核验码{" "}
        {certificate.verifyCode}
      </p>
      <iframe
        src={url}
        title={`${noun} ${certificate.number}`}
        style={{ width: "100%", height: "66vh", border: "1px solid #d5dde8" }}
      />
    </Modal>
  );
}

function yearsText(years: readonly number[]): string {
  return years.length <= 2
    ? years.map((year) => `${year}年度`).join("、")
    : `${years[0]}—${years.at(-1)}年度`;
}

/** The certificate of a year, the merged one of a range, or the transcript of the whole record (PER-16). */
export type CertificateWish =
  | { personId: string; year: number }
  | { personId: string; whole: true }
  | { personId: string; from: number; to: number };

/** Issues (or fetches) a certificate and shows it; a refusal says which year blocks and why. */
export function useCertificate(): {
  open: (wish: CertificateWish) => void;
  busy: CertificateWish | null;
  dialog: ReactNode;
} {
  const { modal } = App.useApp();
  const [shown, setShown] = useState<Certificate | null>(null);
  const issue = useMutation({
    mutationFn: issueWished,
    onSuccess: setShown,
    onError: (error) =>
      void modal.error({ title: "暂时不能打印", content: errorText(error), okText: "知道了" }),
  });
  return {
    open: issue.mutate,
    busy: issue.isPending ? issue.variables : null,
    dialog: shown === null ? null : <CertificatePreview certificate={shown} onClose={() => setShown(null)} />,
  };
}

/** Issues what is wished, or fetches it where it is issued already. */
export async function issueWished(wish: CertificateWish): Promise<Certificate> {
  const { personId: id } = wish;
  if ("whole" in wish) return await callApi(issueTranscript, { id });
  if ("year" in wish) return await callApi(issueCertificate, { id, year: wish.year });
  return await callApi(issueMergedCertificate, { id, from: wish.from, to: wish.to });
}
