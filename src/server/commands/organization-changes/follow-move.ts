import { CertificateModel } from "../../../models/certificate.ts";
import { type Declaration, DeclarationModel } from "../../../models/declaration.ts";
import { type Organization, OrganizationModel } from "../../../models/organization.ts";
import { PersonYearModel } from "../../../models/person-year.ts";
import { type Person, PersonModel } from "../../../models/person.ts";
import { StoredFileModel } from "../../../models/stored-file.ts";
import { WorkflowInstance } from "../../../models/workflow-instance.ts";
import { yearOf } from "../../../shared/dates.ts";
import type { App } from "../../command-context.ts";
import { runCommand, systemCaller } from "../../run-command.ts";
import { determinedFields, determinePersonYear, personYearId } from "../people/determine-person-year.ts";
import { moveInstances } from "./move-instances.ts";
import { moveScopes, type ScopeMove } from "./move-scopes.ts";

/** People of one transaction: with ten years and fifty declarations each it stays well below a second. */
const peopleAtOnce = 50;

/**
 * The job after an organization moved in the tree or was merged: whoever is above it now sees the years, certificates
 * and decided declarations of the people who are or were below it, and finds their instances; whoever was above it no
 * longer does (ORG-12) except reviewers of the declarations themselves. People whom a merger took along have their running year determined anew in
 * their new unit (TRF-13). It goes by where the organization stands when it runs: running twice, or after the next
 * move, is harmless.
 */
export async function followMove(
  app: App,
  { organizationId, removed }: { organizationId: string; removed: readonly string[] },
): Promise<void> {
  const organization = await OrganizationModel.findById(organizationId).lean<Organization>();
  if (organization === null) return;
  const { ancestorIds: added } = organization;
  const move = { removed: removed.filter((id) => !added.includes(id)), added };
  // Whoever belongs to the root finds every instance of the province without being named in each.
  await moveInstances(app, organizationId, { ...move, added: added.slice(0, -1) });
  let batch: string[] = [];
  for await (const personId of peopleBelow(organizationId)) {
    batch.push(personId);
    if (batch.length < peopleAtOnce) continue;
    await followPeople(app, { organizationId, move, personIds: batch });
    batch = [];
  }
  await followPeople(app, { organizationId, move, personIds: batch });
}

/** Everybody who is below it, and everybody who has a year there; a few come twice, which changes nothing. */
async function* peopleBelow(organizationId: string): AsyncGenerator<string> {
  const below = { scopeIds: organizationId };
  for await (const person of PersonModel.find(below, { _id: 1 }).lean().cursor()) yield person._id;
  let last = "";
  for await (const year of PersonYearModel.find(below, { personId: 1 }).lean().cursor()) {
    if (year.personId !== last) yield year.personId;
    last = year.personId;
  }
}

interface Batch {
  organizationId: string;
  move: ScopeMove;
  personIds: readonly string[];
}

async function followPeople(app: App, { organizationId, move, personIds }: Batch): Promise<void> {
  if (personIds.length === 0) return;
  await runCommand(app, systemCaller(`move ${organizationId}`), async (ctx) => {
    const theirs = { personId: { $in: [...personIds] }, scopeIds: organizationId };
    await moveScopes(PersonYearModel, theirs, move);
    await moveScopes(CertificateModel, theirs, move);
    await followDeclarations(theirs, move);
    const year = yearOf(ctx.clock.now());
    for (const person of await peopleElsewhere(organizationId, personIds, year))
      await determinePersonYear(ctx, person, { year, added: { public: 0, professional: 0 } });
  });
}

/** Declarations and their evidence; an organization on the route of one has acted on it and goes on seeing it. */
async function followDeclarations(
  theirs: { personId: { $in: string[] }; scopeIds: string },
  { removed, added }: ScopeMove,
): Promise<void> {
  const declarations = await DeclarationModel.find(theirs, { instanceId: 1, batchNumber: 1 }).lean<
    Pick<Declaration, "_id" | "instanceId" | "batchNumber">[]
  >();
  const routes = await WorkflowInstance.find(
    { _id: { $in: declarations.map(({ instanceId }) => instanceId) } },
    { route: 1 },
  ).lean();
  const routeOf = new Map(routes.map(({ _id, route }) => [_id, route.map((step) => step.organizationId)]));
  const groups = new Map<string, { removed: string[]; ids: string[]; batches: string[] }>();
  for (const { _id, instanceId, batchNumber } of declarations) {
    const leaving = removed.filter((id) => !(routeOf.get(instanceId) ?? []).includes(id));
    const group = groups.get(leaving.join()) ?? { removed: leaving, ids: [], batches: [] };
    group.ids.push(_id);
    group.batches.push(batchNumber);
    groups.set(leaving.join(), group);
  }
  for (const group of groups.values()) {
    const move = { removed: group.removed, added };
    await moveScopes(DeclarationModel, { _id: { $in: group.ids } }, move);
    await moveScopes(StoredFileModel, { usedBy: { $in: [...new Set(group.batches)] } }, move);
  }
}

/** People whose running year still stands in the organization although they have left it: by its merger. */
async function peopleElsewhere(
  organizationId: string,
  personIds: readonly string[],
  year: number,
): Promise<Pick<Person, keyof typeof determinedFields | "_id">[]> {
  const there = await PersonYearModel.find(
    { _id: { $in: personIds.map((id) => personYearId(id, year)) }, organizationId },
    { personId: 1 },
  ).lean();
  if (there.length === 0) return [];
  return await PersonModel.find(
    { _id: { $in: there.map(({ personId }) => personId) }, organizationId: { $ne: organizationId } },
    determinedFields,
  ).lean<Person[]>();
}
