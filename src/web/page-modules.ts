import type { SessionView } from "../shared/contracts/accounts.ts";
import { type Module, taskModules } from "../shared/modules.ts";

/** Pages that other pages lead to by links of the server: who may open each of them, by one of these modules. */
export const pageModules = {
  "/workspace/tasks": taskModules,
  "/workspace/applications": ["transfers:manage", "changes:people", "changes:organizations"],
  "/workspace/declarations": ["declarations:records", "declarations:submit", "declarations:review"],
  "/workspace/imports": ["people:import"],
  "/workspace/instances": ["workflow:inspect", "audit:read"],
  "/workspace/people": ["people:query"],
  "/workspace/subordinates": ["subordinates:manage"],
} as const satisfies Record<string, readonly Module[]>;

/** Whether a link leads the user anywhere: a professional to his own lists, others where a module of theirs opens it. */
export function mayFollow(session: SessionView, link: string): boolean {
  if (session.role === "professional") return true;
  const page = link.split("?")[0] ?? "";
  const wanted: readonly Module[] = Object.hasOwn(pageModules, page)
    ? pageModules[page as keyof typeof pageModules]
    : [];
  return wanted.some((module) => session.modules.includes(module));
}
