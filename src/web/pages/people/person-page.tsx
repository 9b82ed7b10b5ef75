import { PageHead } from "../../components/page-head.tsx";

export function PersonPage() {
  return <PageHead title="人员详情" />;
}
