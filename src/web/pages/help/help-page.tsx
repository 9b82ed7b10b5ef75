import { PageHead } from "../../components/page-head.tsx";

export function HelpPage() {
  return <PageHead title="帮助中心" />;
}
