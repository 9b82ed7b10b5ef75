import type { Application } from "../../../models/application.ts";
import type { WorkflowParty } from "../../../models/workflow-instance.ts";
import { applicationKindNames } from "../../../shared/contracts/applications.ts";
import type { CommandContext } from "../../command-context.ts";
import { tellAdministrators } from "./tell-administrators.ts";

type Told = Pick<
  Application,
  "_id" | "kind" | "number" | "title" | "organizationName" | "personId" | "departmentId"
>;

/** Tells the administrators of an organization that an application waits for them (NOT-01). */
export async function tellReviewer(
  ctx: CommandContext,
  { id: organizationId }: WorkflowParty,
  application: Told,
): Promise<void> {
  const { _id: subjectId, kind, number, title, organizationName, personId } = application;
  const module = personId === null ? "changes:organizations" : "changes:people";
  await tellAdministrators(
    ctx,
    { organizationId, module, item: application },
    {
      kind: "application.submitted",
      title: `有新的${applicationKindNames[kind]}待审核`,
      text: `「${organizationName}」提交了「${title}」（${number}），请及时办理。`,
      subjectId,
    },
  );
}
