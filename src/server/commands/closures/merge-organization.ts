import { ApplicationModel } from "../../../models/application.ts";
import { type Department, DepartmentModel } from "../../../models/department.ts";
import { type Organization, OrganizationModel } from "../../../models/organization.ts";
import { PersonModel } from "../../../models/person.ts";
import { AppError } from "../../../shared/app-error.ts";
import type { CommandContext } from "../../command-context.ts";
import { moveSubtree } from "../organization-changes/move-subtree.ts";

/** How much of the source went to the target. */
export interface Merged {
  people: number;
  departments: number;
  subordinates: number;
  plans: number;
}

/**
 * Moves what an organization has to another (DRG-06): its people, its departments as a sub-tree under a department
 * named after it, the organizations directly below it, its training plans. It comes to stand below the target itself, so that whoever is
 * above sees its history: years, certificates, decided items and audit events stay what they are and follow by the
 * job of `moveSubtree`. Hours belong to people and go with them (PER-17).
 */
export async function mergeOrganization(
  ctx: CommandContext,
  source: Organization,
  givenTarget: Organization,
): Promise<Merged> {
  const target = await besideSource(ctx, source, givenTarget);
  const subordinates = await moveSubordinates(ctx, source, target);
  await moveSubtree(ctx, source, { superior: target, bureauId: target.bureauId });
  const { departments, top } = await moveDepartments(ctx, source, target);
  const people = await movePeople(source, { target, top });
  const plans = await movePlans(source, target);
  return { people, departments, subordinates, plans };
}

/** A subordinate that takes its superior over first takes its place in the tree; else it would stand below itself. */
async function besideSource(
  ctx: CommandContext,
  source: Organization,
  target: Organization,
): Promise<Organization> {
  if (!target.ancestorIds.includes(source._id)) return target;
  const superior = await OrganizationModel.findById(source.superiorId ?? "").lean<Organization>();
  if (superior === null) throw new AppError("organization.no_reviewer");
  await moveSubtree(ctx, target, { superior, bureauId: target.bureauId });
  return await reload(target._id);
}

async function moveSubordinates(
  ctx: CommandContext,
  source: Organization,
  target: Organization,
): Promise<number> {
  const below = await OrganizationModel.find({ superiorId: source._id }).lean<Organization[]>();
  for (const subordinate of below)
    await moveSubtree(ctx, subordinate, { superior: target, bureauId: subordinate.bureauId });
  return below.filter(({ status }) => status === "active").length;
}

async function moveDepartments(
  ctx: CommandContext,
  source: Organization,
  target: Organization,
): Promise<{ departments: number; top: Pick<Department, "_id" | "name"> }> {
  const top: Department = {
    _id: ctx.newId(),
    organizationId: target._id,
    name: await freeName(target._id, source.name),
    parentId: null,
    order: await DepartmentModel.countDocuments({ organizationId: target._id, parentId: null }),
    status: "active",
    available: true,
    createdAt: ctx.clock.now(),
    version: 0,
  };
  const organizationId = source._id;
  await DepartmentModel.updateMany({ organizationId, parentId: null }, { $set: { parentId: top._id } });
  const moved = await DepartmentModel.updateMany(
    { organizationId },
    { $set: { organizationId: target._id }, $inc: { version: 1 } },
  );
  await DepartmentModel.create([top]);
  return { departments: moved.modifiedCount, top };
}

/** The source's name, with a number when the target has such a department already. */
async function freeName(organizationId: string, name: string): Promise<string> {
  const top = await DepartmentModel.find({ organizationId, parentId: null }, { name: 1 }).lean();
  const taken = new Set(top.map((department) => department.name));
  let free = name;
  for (let number = 2; taken.has(free); number += 1) free = `${name}（${number}）`;
  return free;
}

/**
 * Everybody, whoever has left the profession included. `scopeIds` keep the source's id: nobody acts for it any more,
 * and the job that follows finds by it whose records are to follow.
 */
async function movePeople(
  source: Organization,
  { target, top }: { target: Organization; top: Pick<Department, "_id" | "name"> },
): Promise<number> {
  const organizationId = source._id;
  const inNone = { organizationId, departmentId: null };
  await PersonModel.updateMany(inNone, { $set: { departmentId: top._id, departmentName: top.name } });
  const moved = await PersonModel.updateMany(
    { organizationId },
    {
      $set: {
        organizationId: target._id,
        organizationName: target.name,
        regionCode: target.regionCode,
        industry: target.industry,
        scopeIds: [target._id, ...target.ancestorIds, organizationId],
      },
      $inc: { version: 1 },
    },
  );
  return moved.modifiedCount;
}

/**
 * Training plans, with what was declared under them: a plan that was approved goes on allowing declarations for the
 * people who came along (PLN-03), and what it has used up still counts (PLN-07).
 */
async function movePlans(source: Organization, target: Organization): Promise<number> {
  const organizationId = source._id;
  const plans = await ApplicationModel.countDocuments({ organizationId, kind: "training-plan" });
  await ApplicationModel.updateMany(
    { organizationId, kind: { $in: ["training-plan", "plan-declaration"] } },
    {
      $set: { organizationId: target._id, organizationName: target.name },
      $addToSet: { scopeIds: { $each: [target._id, ...target.ancestorIds] } },
      $inc: { version: 1 },
    },
  );
  return plans;
}

async function reload(organizationId: string): Promise<Organization> {
  const organization = await OrganizationModel.findById(organizationId).lean<Organization>();
  if (organization === null) throw new AppError("organization.not_found");
  return organization;
}
