import type { Application } from "../../../models/application.ts";
import type { Department } from "../../../models/department.ts";
import type { Person } from "../../../models/person.ts";
import { type FieldProblem, invalidFields } from "../../../shared/app-error.ts";
import type { InputOf } from "../../../shared/contracts/endpoint.ts";
import type {
  ProfileChangeLine,
  ProfileFields,
  submitProfileChange as contract,
} from "../../../shared/contracts/profile-changes.ts";
import { isoDate } from "../../../shared/dates.ts";
import { type CommandContext, requireActor } from "../../command-context.ts";
import { availableDepartment } from "../../queries/departments/available-department.ts";
import { actingParty } from "../../queries/organizations/acting-party.ts";
import { submitApplication } from "../applications/submit-application.ts";
import { consumeDraft } from "../drafts/consume-draft.ts";
import { holdPeople } from "./hold-people.ts";
import { loadOwnPerson } from "./load-applying-person.ts";
import { changeLines } from "./profile-fields.ts";

type Input = InputOf<typeof contract>;

export interface ProfileChangeData {
  /** 变更明细 for the reviewer */
  changes: ProfileChangeLine[];
  /** what was asked for, as it takes effect */
  values: ProfileFields;
  remark: string;
}

/**
 * 基本信息修改 by the person himself; the unit reviews it line by line (PER-03, PER-04, AUD-04). Errors: 400 when nothing
 * changes, a name or title comes without evidence or from the future; `department.unavailable` (400),
 * `application.pending_exists` (409), `draft.not_found` (404), those of `holdPeople` and
 * `submitApplication`.
 */
export async function submitProfileChange(
  ctx: CommandContext,
  input: Input,
): Promise<Application<ProfileChangeData>> {
  const actor = requireActor(ctx);
  const { person, unit } = await loadOwnPerson(actor);
  const { changes: values, remark, attachments } = input;
  const changes = changeLines(person, values, await departmentOf(person, values));
  requireSound(ctx, input, changes);
  await holdPeople([person]);
  const employer = await actingParty(unit, { module: "changes:people", own: [person.accountId] });
  const application = await submitApplication<ProfileChangeData>(ctx, {
    kind: "profile-change",
    appliedBy: "person",
    organization: unit,
    person,
    counterpart: null,
    title: `${person.name}：修改${changes.map(({ name }) => name).join("、")}`,
    year: null,
    data: { changes, values, remark },
    attachments,
    openKey: `profile-change:${person._id}`,
    parties: { employer: employer.party },
  });
  await consumeDraft(ctx, input.draftId, "profile-change");
  return application;
}

async function departmentOf(person: Person, { departmentId }: ProfileFields): Promise<Department | null> {
  if (departmentId === undefined || departmentId === null) return null;
  return await availableDepartment(departmentId, person.organizationId);
}

/** A changed name and a changed title are proved; nothing is obtained in the future. */
function requireSound(ctx: CommandContext, input: Input, changes: readonly ProfileChangeLine[]): void {
  const changed = new Set(changes.map(({ field }) => field));
  const { title, workStartedOn } = input.changes;
  const today = isoDate(ctx.clock.now());
  const proved = (key: string) => input.attachments.some((attachment) => attachment.key === key);
  const checks: [boolean, FieldProblem][] = [
    [changed.size === 0, { path: "body.changes", message: "没有修改任何信息" }],
    [changed.has("name") && !proved("name"), missing("姓名")],
    [changed.has("title") && !proved("title"), missing("职称")],
    [(title?.obtainedOn ?? "") > today, future("body.changes.title.obtainedOn", "职称取得时间")],
    [(workStartedOn ?? "") > today, future("body.changes.workStartedOn", "参加工作时间")],
  ];
  const problems = checks.filter(([fails]) => fails).map(([, problem]) => problem);
  if (problems.length > 0) throw invalidFields(problems);
}

function missing(what: string): FieldProblem {
  return { path: "body.attachments", message: `修改${what}须上传证明材料` };
}

function future(path: string, what: string): FieldProblem {
  return { path, message: `${what}不能晚于今天` };
}
