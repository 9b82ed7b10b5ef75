import { PageHead } from "../../components/page-head.tsx";

export function BureauPage() {
  return <PageHead title="新增人社部门" />;
}
