import { PageHead } from "../../components/page-head.tsx";

export function SubordinatesPage() {
  return <PageHead title="管理下级单位" />;
}
