import { type Department, DepartmentModel } from "../../../models/department.ts";
import { AppError } from "../../../shared/app-error.ts";
import { deepestDepartment, mostDepartments } from "../../../shared/contracts/departments.ts";
import { type Actor, type CommandContext, requireActor } from "../../command-context.ts";
import { requireModule } from "../../permissions/scope.ts";
import { lockOrganization } from "../organizations/lock-organization.ts";

/** All departments of one organization, by id, with the questions that a tree is asked. */
export class DepartmentTree {
  readonly byId: ReadonlyMap<string, Department>;

  constructor(departments: readonly Department[]) {
    this.byId = new Map(departments.map((department) => [department._id, department]));
  }

  /** A department of this organization; `department.not_found` (404). */
  get(departmentId: string): Department {
    const department = this.byId.get(departmentId);
    if (department === undefined) throw new AppError("department.not_found");
    return department;
  }

  /** The department and those above it, nearest first; none for null. */
  upward(departmentId: string | null): Department[] {
    const chain: Department[] = [];
    let next = departmentId;
    while (next !== null && chain.length < mostDepartments) {
      const department = this.get(next);
      chain.push(department);
      next = department.parentId;
    }
    return chain;
  }

  /** The departments directly below one; of the organization itself for null. */
  childrenOf(parentId: string | null): Department[] {
    return [...this.byId.values()].filter((department) => department.parentId === parentId);
  }

  /** Everything below a department. */
  below(departmentId: string): Department[] {
    return this.childrenOf(departmentId).flatMap((child) => [child, ...this.below(child._id)]);
  }

  /** Levels that a department and what is below it take; 1 without children. */
  height(departmentId: string): number {
    return 1 + Math.max(0, ...this.childrenOf(departmentId).map((child) => this.height(child._id)));
  }

  /** Whether a department could be chosen if it hung below `parentId`: itself and all above must be active (DEP-06). */
  isAvailable({ status }: Pick<Department, "status">, parentId: string | null): boolean {
    return status === "active" && this.upward(parentId).every((above) => above.status === "active");
  }

  /** Throws `department.exists` (409) when another department below the same parent has the name (DEP-07). */
  requireFreeName(name: string, parentId: string | null, except: string | null): void {
    const same = this.childrenOf(parentId).some((one) => one.name === name && one._id !== except);
    if (same) throw new AppError("department.exists", { name });
  }

  /** Throws `department.too_deep` (400) when `levels` levels below `parentId` are more than a tree may have (DEP-07). */
  requireDepth(parentId: string | null, levels: number): void {
    if (this.upward(parentId).length + levels > deepestDepartment)
      throw new AppError("department.too_deep", { limit: deepestDepartment });
  }
}

/** The tree of the actor's own organization for whoever may change it, held against others who change it. */
export async function lockDepartmentTree(
  ctx: CommandContext,
): Promise<{ actor: Actor; tree: DepartmentTree }> {
  const actor = requireActor(ctx);
  requireModule(actor, "departments:manage");
  await lockOrganization(actor.organizationId);
  const departments = await DepartmentModel.find({ organizationId: actor.organizationId }).lean();
  return { actor, tree: new DepartmentTree(departments) };
}
