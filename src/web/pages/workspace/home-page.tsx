import { PageHead } from "../../components/page-head.tsx";

export function HomePage() {
  return <PageHead title="工作台" />;
}
