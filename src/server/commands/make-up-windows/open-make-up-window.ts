import { type MakeUpWindow, MakeUpWindowModel } from "../../../models/make-up-window.ts";
import { OrganizationModel } from "../../../models/organization.ts";
import { PersonModel } from "../../../models/person.ts";
import { decideOutcome } from "../../../rules/decide-outcome.ts";
import { AppError } from "../../../shared/app-error.ts";
import type { InputOf } from "../../../shared/contracts/endpoint.ts";
import type { openMakeUpWindow as contract } from "../../../shared/contracts/make-up-windows.ts";
import { isoDate, yearOf } from "../../../shared/dates.ts";
import { regionPath, regionsAround } from "../../../shared/dictionaries/regions.ts";
import { type Actor, type CommandContext, requireActor } from "../../command-context.ts";
import { requireBureauReview } from "../../permissions/make-up-windows.ts";
import { requireScope } from "../../permissions/scope.ts";
import { tellAdministrators } from "../applications/tell-administrators.ts";
import { notify } from "../notify.ts";
import { recordAudit } from "../record-audit.ts";

type Input = InputOf<typeof contract>;

/** Longer than this a past year is not kept open at once. */
const mostDays = 366;

/**
 * Opens a past year for a person, a unit and those below it, or a region (PST-02): what is declared by it is marked 补报
 * and reviewed as ever. Whoever it is for is told. Errors: `permission.denied` unless a bureau, `person.not_found`,
 * `organization.not_found` out of scope, `make_up_window.invalid` for a year that is not past or wrong dates.
 */
export async function openMakeUpWindow(ctx: CommandContext, input: Input): Promise<MakeUpWindow> {
  const actor = requireActor(ctx);
  requireBureauReview(actor);
  requireSense(ctx, input);
  const own = await OrganizationModel.findById(actor.organizationId).lean();
  if (own === null) throw new AppError("permission.denied");
  const { year, reason, from, to } = input;
  const window: MakeUpWindow = {
    _id: ctx.newId(),
    ...(await targetOf(ctx, actor, { input, ownRegion: own.regionCode })),
    year,
    reason,
    from,
    to,
    scopeIds: [own._id, ...own.ancestorIds],
    openedByAccountId: actor.accountId,
    openedByName: actor.name,
    openedByOrganizationId: own._id,
    openedByOrganizationName: own.name,
    openedAt: ctx.clock.now(),
    closedAt: null,
    closedByName: null,
    closeReason: null,
    version: 0,
  };
  await MakeUpWindowModel.create([window]);
  const { target, targetId } = window;
  await recordAudit(ctx, "make-up-window.opened", {
    subjectId: window._id,
    data: { target, targetId, year, from, to, reason },
  });
  return window;
}

function requireSense(ctx: CommandContext, { year, from, to }: Input): void {
  const now = ctx.clock.now();
  const days = (Date.parse(to) - Date.parse(from)) / 86_400_000 + 1;
  const reason = !isPastYear(ctx, year)
    ? "当年学时无须补报"
    : to < from
      ? "结束日期早于开始日期"
      : to < isoDate(now)
        ? "结束日期已过"
        : days > mostDays
          ? "一次最多开放一年"
          : null;
  if (reason !== null) throw new AppError("make_up_window.invalid", { reason });
}

/** Whether a year can only be declared through a window: the routing pack's word (PST-01, PST-02). */
function isPastYear(ctx: CommandContext, declaredYear: number): boolean {
  const facts = { declaredYear, currentYear: yearOf(ctx.clock.now()) };
  return decideOutcome(ctx.app.packs, "pastYearOverride", facts).outcome === "needed";
}

type Target = Pick<MakeUpWindow, "target" | "targetId" | "targetName">;

async function targetOf(
  ctx: CommandContext,
  actor: Actor,
  { input, ownRegion }: { input: Input; ownRegion: string },
): Promise<Target> {
  const { target } = input;
  switch (target.kind) {
    case "person":
      return personTarget(ctx, actor, { input, personId: target.personId });
    case "organization":
      return organizationTarget(ctx, actor, { input, organizationId: target.organizationId });
    case "region": {
      const { regionCode } = target;
      if (!regionsAround(regionCode).includes(ownRegion)) throw new AppError("permission.denied");
      return { target: "region", targetId: regionCode, targetName: regionPath(regionCode) };
    }
  }
}

async function personTarget(
  ctx: CommandContext,
  actor: Actor,
  { input, personId }: { input: Input; personId: string },
): Promise<Target> {
  const person = await PersonModel.findById(personId, { name: 1, scopeIds: 1, accountId: 1 }).lean();
  if (person === null) throw new AppError("person.not_found");
  requireScope(actor, person.scopeIds, "person.not_found");
  await notify(ctx, person.accountId, messageOf(actor, input, personId));
  return { target: "person", targetId: personId, targetName: person.name };
}

async function organizationTarget(
  ctx: CommandContext,
  actor: Actor,
  { input, organizationId }: { input: Input; organizationId: string },
): Promise<Target> {
  const unit = await OrganizationModel.findById(organizationId, { name: 1, ancestorIds: 1 }).lean();
  if (unit === null) throw new AppError("organization.not_found");
  requireScope(actor, [unit._id, ...unit.ancestorIds], "organization.not_found");
  const message = messageOf(actor, input, organizationId);
  await tellAdministrators(ctx, { organizationId, module: "declarations:submit", item: null }, message);
  return { target: "organization", targetId: organizationId, targetName: unit.name };
}

function messageOf({ organizationName }: Actor, { year, from, to }: Input, subjectId: string) {
  const text = `${organizationName}已开放${year}年度学时补报，请于${from}至${to}申报。`;
  return { kind: "make-up-window.opened", title: `${year}年度学时补报已开放`, text, subjectId };
}
