import type { QueryFilter } from "mongoose";
import { type Declaration, type DeclarationLine, DeclarationModel } from "../../../models/declaration.ts";
import { WorkflowTask, type WorkflowTaskRecord } from "../../../models/workflow-task.ts";
import type { listDeclarations as contract } from "../../../shared/contracts/declarations.ts";
import type { InputOf } from "../../../shared/contracts/endpoint.ts";
import { type Actor, type CommandContext, requireActor } from "../../command-context.ts";
import { departmentFilter } from "../../permissions/departments.ts";
import { requireAnyModule } from "../../permissions/scope.ts";
import { containing, countedRows, type Page, pageFrom } from "../page.ts";
import { duringDays, ofIdNumber } from "../review-lists.ts";
import { holderName, holderNames } from "../workflow/task-rows.ts";

/** What `listDeclarations` takes, and an ID number where it came in a body (AUD-08). */
export type DeclarationSearch = Omit<InputOf<typeof contract>, "page" | "pageSize"> & {
  idNumber?: string | undefined;
};
type Input = DeclarationSearch & Pick<InputOf<typeof contract>, "page" | "pageSize">;
type Filter = QueryFilter<Declaration>;

/** A declaration with the organization (or applicant) that holds it now (APR-04). */
export interface DeclarationRow<Shown = DeclarationLine> {
  declaration: Shown;
  holderName: string | null;
}

/**
 * A professional's own declarations; 单位申报记录 of an organization (DEC-07); with `personId` those of one of its
 * people, whoever declared them. Newest first. `permission.denied` (403) without a module for it.
 */
export async function listDeclarations(ctx: CommandContext, input: Input): Promise<Page<DeclarationRow>> {
  const actor = requireActor(ctx);
  const filter = await declarationFilter(ctx, input);
  const found = await DeclarationModel.find(filter, { trace: 0 })
    .sort({ submittedAt: -1 })
    .skip((input.page - 1) * input.pageSize)
    .limit(input.pageSize)
    .lean<DeclarationLine[]>();
  const counted = await DeclarationModel.countDocuments(filter).limit(countedRows + 1);
  return pageFrom(await declarationRows(actor, found), counted, input);
}

/** What a list of declarations shows to the actor. Errors: as `listDeclarations`. */
export async function declarationFilter(ctx: CommandContext, input: DeclarationSearch): Promise<Filter> {
  const actor = requireActor(ctx);
  const owned = { ...ownership(actor, input), ...departmentFilter(actor, input.departmentId) };
  return { ...narrowing(input), ...owned, ...(await ofIdNumber(ctx, input.idNumber)) };
}

/** Adds the holders, with one query for all open tasks and at most one for names. */
export async function declarationRows<Shown extends DeclarationLine>(
  actor: Actor,
  declarations: readonly Shown[],
): Promise<DeclarationRow<Shown>[]> {
  const underWay = declarations.filter(({ status }) => status === "pending" || status === "rejected");
  const tasks =
    underWay.length === 0
      ? []
      : await WorkflowTask.find(
          { instanceId: { $in: underWay.map(({ instanceId }) => instanceId) }, status: "open" },
          { instanceId: 1, candidate: 1, applicantName: 1 },
        ).lean<WorkflowTaskRecord[]>();
  const names = await holderNames(actor, tasks);
  const holders = new Map(tasks.map((task) => [task.instanceId, holderName(task, names)]));
  return declarations.map((declaration) => ({
    declaration,
    holderName: holders.get(declaration.instanceId) ?? null,
  }));
}

function ownership(actor: Actor, { personId }: DeclarationSearch): Filter {
  if (actor.role === "professional") return { personId: actor.personId ?? "" };
  if (personId !== undefined && actor.modules.has("people:query"))
    return { personId, scopeIds: actor.organizationId };
  requireAnyModule(actor, ["declarations:submit", "declarations:records"]);
  return {
    declaredByOrganizationId: actor.organizationId,
    ...(personId === undefined ? {} : { personId }),
  };
}

function narrowing({ status, year, form, q, ...days }: DeclarationSearch): Filter {
  return {
    ...duringDays("submittedAt", days),
    ...(status === undefined ? {} : { status }),
    ...(year === undefined ? {} : { year }),
    ...(form === undefined ? {} : { form }),
    ...(q === undefined || q === "" ? {} : searching(q)),
  };
}

/** Part of the person's name or of the title, or a whole number of a declaration or batch. */
function searching(q: string): Filter {
  if (/^SB\d{8}-\d{6,}$/.test(q)) return { number: q };
  if (/^PC\d{8}-\d{6,}$/.test(q)) return { batchNumber: q };
  return { $or: [{ personName: containing(q) }, { title: containing(q) }] };
}
