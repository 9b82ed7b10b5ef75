import { PageHead } from "../../components/page-head.tsx";

export function ImportPage() {
  return <PageHead title="批量导入" />;
}
