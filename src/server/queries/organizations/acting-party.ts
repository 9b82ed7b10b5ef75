import { MembershipModel } from "../../../models/membership.ts";
import { type Organization, OrganizationModel } from "../../../models/organization.ts";
import type { WorkflowParty } from "../../../models/workflow-instance.ts";
import { type Module, modulesOfRole } from "../../../shared/modules.ts";
import { cannotAct } from "../../../workflows/assignment/route.ts";
import { closableModules } from "./holder-rule.ts";

/** The organization that acts for a role of a process, and the party that says so. */
export interface ActingParty {
  organization: Organization;
  party: WorkflowParty;
}

/**
 * Who acts where `organization` ought to: itself, or the nearest above it that can, with a notice of whom it acts for
 * (FLW-10). An organization can act when it is active, its right to review is open where `module` is one that can be
 * closed (SUB-02), and it has an active administrator with `module` who is not one of the `own` accounts: nobody reviews himself (AUD-10). When nobody above can either,
 * the task stays where it belongs and its notice says that the operator must help.
 */
export async function actingParty(
  organization: Organization,
  { module, own = [] }: { module: Module; own?: readonly string[] },
): Promise<ActingParty> {
  const chain = await withThoseAbove(organization);
  const able = await organizationsWithReviewers(chain, { module, own });
  const skipped: string[] = [];
  for (const one of chain) {
    const reviewClosed = one.reviewClosed && closableModules.has(module);
    const reason = cannotAct({ status: one.status, reviewClosed, hasActiveAdmin: able.has(one._id) });
    if (reason === null) return acting(one, skipped);
    skipped.push(`「${one.name}」${reason}`);
  }
  const notice = `${skipped.join("；")}，请联系平台运维人员处理`;
  return { organization, party: { kind: "organization", id: organization._id, notice } };
}

function acting(organization: Organization, skipped: readonly string[]): ActingParty {
  const notice = skipped.map((one) => `${one}，由「${organization.name}」代审`).join("；");
  const party = { kind: "organization" as const, id: organization._id };
  return { organization, party: notice === "" ? party : { ...party, notice } };
}

async function withThoseAbove(organization: Organization): Promise<Organization[]> {
  const { ancestorIds } = organization;
  const above =
    ancestorIds.length === 0
      ? []
      : await OrganizationModel.find({ _id: { $in: ancestorIds } }).lean<Organization[]>();
  return [organization, ...above.toSorted((a, b) => ancestorIds.indexOf(a._id) - ancestorIds.indexOf(b._id))];
}

async function organizationsWithReviewers(
  chain: readonly Organization[],
  { module, own }: { module: Module; own: readonly string[] },
): Promise<Set<string>> {
  const memberships = await MembershipModel.find(
    {
      organizationId: {
        $in: chain.filter(({ kind }) => modulesOfRole[kind].includes(module)).map(({ _id }) => _id),
      },
      status: "active",
      accountId: { $nin: [...own] },
      $or: [{ isSuperAdministrator: true }, { modules: module }],
    },
    { organizationId: 1 },
  ).lean();
  return new Set(memberships.map(({ organizationId }) => organizationId));
}
