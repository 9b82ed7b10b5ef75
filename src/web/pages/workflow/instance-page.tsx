import { PageHead } from "../../components/page-head.tsx";

export function InstancePage() {
  return <PageHead title="流程实例" />;
}
