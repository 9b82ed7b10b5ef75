import { PageHead } from "../../components/page-head.tsx";

export function CertificatesPage() {
  return <PageHead title="电子证书查询打印" />;
}
