import { PageHead } from "../../components/page-head.tsx";

export function OrganizationPage() {
  return <PageHead title="本单位资料" />;
}
