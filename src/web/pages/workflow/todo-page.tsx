import { PageHead } from "../../components/page-head.tsx";

export function TodoPage() {
  return <PageHead title="待办事项" />;
}
