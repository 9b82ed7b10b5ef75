import { useSignedIn } from "../../session.tsx";
import { useTitle } from "../../components/use-title.ts";
import { receivesTasks } from "../../components/menu-items.ts";
import { loginRoles } from "../../../shared/modules.ts";
import { ClosingNotice } from "./closing-notice.tsx";
import { QuickLinks } from "./quick-links.tsx";
import { TodoCounts } from "./todo-counts.tsx";
import { YearProgress } from "./year-progress.tsx";

/** 工作台: what waits for a decision (each count opens exactly its items), or how the year stands, and the menu. */
export function HomePage() {
  const session = useSignedIn();
  useTitle("工作台");
  return (
    <>
      <header className="page-head">
        <h1>{session.name}，您好</h1>
        <p className="page-hint">
          当前角色：{loginRoles[session.role]} · {session.organizationName}
        </p>
      </header>
      {session.personId !== null && session.role === "professional" && <YearProgress />}
      {declares(session) && <ClosingNotice />}
      {receivesTasks(session) && <TodoCounts />}
      <QuickLinks session={session} />
    </>
  );
}

/** Whoever has something to declare: professionals, and organizations for their people. */
function declares({ role, personId, modules }: ReturnType<typeof useSignedIn>): boolean {
  if (role === "professional") return personId !== null;
  return role !== "base" && modules.includes("declarations:submit");
}
