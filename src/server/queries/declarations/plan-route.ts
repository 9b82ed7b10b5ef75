import { type Membership, MembershipModel } from "../../../models/membership.ts";
import { type Organization, OrganizationModel } from "../../../models/organization.ts";
import type { Person } from "../../../models/person.ts";
import type { WorkflowRouteStep } from "../../../models/workflow-instance.ts";
import { decideOutcome } from "../../../rules/decide-outcome.ts";
import type { RulePacks } from "../../../rules/load-packs.ts";
import { computeRoute, type RouteMode, type RouteOrganization } from "../../../workflows/assignment/route.ts";
import { type CommandContext, requireActor } from "../../command-context.ts";
import type { Origin } from "./load-declared-people.ts";

export type RoutedPerson = Pick<Person, "_id" | "accountId" | "organizationId" | "scopeIds" | "isAccountant">;

type Placed = Pick<RoutedPerson, "organizationId" | "scopeIds">;

/** Everything about the tree that routes of some people need, read in at most four queries. */
interface Tree {
  organizations: ReadonlyMap<string, Organization>;
  /** organization → accounts of its administrators who may review */
  reviewers: ReadonlyMap<string, readonly string[]>;
}

/**
 * The approving organizations of each person's declaration, lowest first (FLW-01 – FLW-07), in the order of `people`;
 * `accountId` declares.
 * An organization whose only reviewers are the person himself and the declarant is passed over upward like one
 * without an administrator, so that nobody reviews himself and no step is a dead end (AUD-10, FLW-10).
 */
export async function planRoutes(
  ctx: CommandContext,
  { origin, accountId }: { origin: Origin; accountId: string },
  people: readonly RoutedPerson[],
): Promise<WorkflowRouteStep[][]> {
  const tree = await loadTree(people, origin);
  return people.map((person) => {
    const mode = modeOf(ctx.app.packs, origin, person.isAccountant);
    return routeOf(tree, person.organizationId, { mode, own: new Set([person.accountId, accountId]) });
  });
}

/**
 * The same for what an organization applies for in its own name (FLW-06). `own`: accounts that may not review it
 * besides the applicant's: those of the people whom it is about (AUD-10).
 */
export async function planOrganizationRoute(
  ctx: CommandContext,
  { _id, ancestorIds }: Pick<Organization, "_id" | "ancestorIds">,
  { mode, own }: { mode: RouteMode; own: readonly string[] },
): Promise<WorkflowRouteStep[]> {
  const tree = await loadTree([{ organizationId: _id, scopeIds: [_id, ...ancestorIds] }], "employer");
  return routeOf(tree, _id, { mode, own: new Set([requireActor(ctx).accountId, ...own]) });
}

/** Who reviews a training plan and what is declared under it: 主管部门, then 同级人社 (PLN-02, PLN-05, PLN-09). */
export async function planningRoute(
  ctx: CommandContext,
  organization: Pick<Organization, "_id" | "ancestorIds">,
  own: readonly string[],
): Promise<WorkflowRouteStep[]> {
  const superior = await OrganizationModel.findById(organization.ancestorIds[0], { kind: 1 }).lean();
  const facts = { directlyUnderBureau: superior === null || superior.kind === "bureau" };
  const { outcome } = decideOutcome(ctx.app.packs, "planRoute", facts);
  const mode = outcome === "bureau-only" ? "bureau-only" : "authority-then-bureau";
  return planOrganizationRoute(ctx, organization, { mode, own });
}

/** Which part of the chain reviews: the routing pack's word, the same that the process's rule task gets. */
export function modeOf(packs: RulePacks, origin: Origin, accountant: boolean): RouteMode {
  const { outcome } = decideOutcome(packs, "declarationRoute", { accountant, origin });
  const mode = modes.find((known) => known === outcome);
  if (mode === undefined) throw new Error(`declarationRoute answered ${outcome}`);
  return mode;
}

const modes: readonly RouteMode[] = ["full", "employer-then-bureau", "superiors", "bureau-only"];

async function loadTree(people: readonly Placed[], origin: Origin): Promise<Tree> {
  const organizations = new Map<string, Organization>();
  await loadInto(
    organizations,
    people.flatMap((person) => [person.organizationId, ...person.scopeIds]),
  );
  await loadInto(
    organizations,
    [...organizations.values()].flatMap(({ bureauId }) => bureauId ?? []),
  );
  await loadInto(
    organizations,
    [...organizations.values()].flatMap(({ ancestorIds }) => ancestorIds),
  );
  return { organizations, reviewers: await loadReviewers([...organizations.keys()], origin) };
}

async function loadInto(known: Map<string, Organization>, ids: readonly string[]): Promise<void> {
  const missing = [...new Set(ids)].filter((id) => !known.has(id));
  if (missing.length === 0) return;
  const found = await OrganizationModel.find({ _id: { $in: missing } }).lean<Organization[]>();
  for (const organization of found) known.set(organization._id, organization);
}

async function loadReviewers(ids: readonly string[], origin: Origin): Promise<Map<string, string[]>> {
  const module = origin === "base" ? "declarations:review-base" : "declarations:review";
  const memberships = await MembershipModel.find({
    organizationId: { $in: [...ids] },
    status: "active",
  }).lean<Membership[]>();
  const reviewers = new Map<string, string[]>();
  for (const { organizationId, accountId, modules, isSuperAdministrator } of memberships) {
    if (!isSuperAdministrator && !modules.includes(module)) continue;
    reviewers.set(organizationId, [...(reviewers.get(organizationId) ?? []), accountId]);
  }
  return reviewers;
}

function routeOf(
  tree: Tree,
  organizationId: string,
  { mode, own }: { mode: RouteMode; own: ReadonlySet<string> },
): WorkflowRouteStep[] {
  const unit = need(tree, organizationId);
  const ancestors = unit.ancestorIds.flatMap((id) => tree.organizations.get(id) ?? []);
  const nearest = ancestors.find((ancestor) => ancestor.kind === "bureau");
  const bureau = need(tree, unit.bureauId ?? nearest?._id ?? unit._id);
  const above = bureau.ancestorIds.flatMap((id) => tree.organizations.get(id) ?? []);
  const seen = (organization: Organization) => routeOrganization(tree, organization, own);
  return computeRoute({
    mode,
    organization: seen(unit),
    ancestors: ancestors.map(seen),
    bureau: seen(bureau),
    bureauAncestors: above.filter(({ kind }) => kind === "bureau").map(seen),
  });
}

function need(tree: Tree, id: string): Organization {
  const organization = tree.organizations.get(id);
  if (organization === undefined) throw new Error(`organization ${id} of a route does not exist`);
  return organization;
}

function routeOrganization(
  tree: Tree,
  organization: Organization,
  own: ReadonlySet<string>,
): RouteOrganization {
  const { _id, name, kind, superiorId, bureauId, reviewClosed, status } = organization;
  const reviewers = tree.reviewers.get(_id) ?? [];
  return {
    id: _id,
    name,
    kind: kind === "operator" ? "authority" : kind,
    parentId: superiorId,
    bureauId,
    reviewClosed,
    status,
    hasActiveAdmin: reviewers.some((accountId) => !own.has(accountId)),
  };
}
