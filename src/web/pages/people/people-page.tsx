import { PageHead } from "../../components/page-head.tsx";

export function PeoplePage() {
  return <PageHead title="专技人员信息查询" />;
}
