import { PageHead } from "../../components/page-head.tsx";

export function VerifyPage() {
  return <PageHead title="证书核验" />;
}
