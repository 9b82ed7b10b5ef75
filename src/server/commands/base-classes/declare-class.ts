import { ApplicationModel } from "../../../models/application.ts";
import { type ClassParticipant, ClassParticipantModel } from "../../../models/class-participant.ts";
import { AppError } from "../../../shared/app-error.ts";
import type { App } from "../../command-context.ts";
import { runCommand, systemCaller } from "../../run-command.ts";
import { notify } from "../notify.ts";
import type { BaseClass } from "./base-class.ts";
import { declareParticipants } from "./declare-participants.ts";

/** Rows of one transaction: more would make other writers wait too long. */
const chunkRows = 25;

/**
 * The job behind a confirmed class: declares the hours of everybody who passed, a chunk at a time (BAS-03, FLW-07). It
 * goes on where it stopped: a row is declared in the transaction that marks it so, however often and on however many
 * nodes the job runs. A row that is refused keeps the reason; the base may have it tried again.
 */
export async function declareClass(app: App, applicationId: string): Promise<void> {
  const application = await ApplicationModel.findById(applicationId).lean<BaseClass>();
  if (application === null || application.status !== "approved") return;
  for (let rows = await nextRows(applicationId); rows.length > 0; rows = await nextRows(applicationId))
    await declareChunk(app, application, rows);
  await tellBase(app, application);
}

async function nextRows(applicationId: string): Promise<ClassParticipant[]> {
  return await ClassParticipantModel.find({ applicationId, status: "waiting" })
    .sort({ row: 1 })
    .limit(chunkRows)
    .lean<ClassParticipant[]>();
}

async function declareChunk(
  app: App,
  application: BaseClass,
  rows: readonly ClassParticipant[],
): Promise<void> {
  try {
    await declareTogether(app, application, rows);
  } catch (error) {
    if (!(error instanceof AppError)) throw error;
    // Which row it was does not matter: alone, each one says for itself.
    for (const row of rows) await declareAlone(app, application, row);
  }
}

async function declareAlone(app: App, application: BaseClass, row: ClassParticipant): Promise<void> {
  try {
    await declareTogether(app, application, [row]);
  } catch (error) {
    // A conflict with another writer is not the row's fault: the job tries again later.
    if (!(error instanceof AppError) || error.code === "request.conflict") throw error;
    await ClassParticipantModel.updateOne(
      { _id: row._id, status: "waiting" },
      { $set: { status: "failed", problem: problemOf(error) }, $inc: { version: 1 } },
    );
  }
}

/** The reason as the base reads it; other messages say it themselves. */
function problemOf({ code, message }: AppError): string {
  return code === "person.not_found" ? "该人员已注销，不能申报学时" : message;
}

async function declareTogether(
  app: App,
  application: BaseClass,
  rows: readonly ClassParticipant[],
): Promise<void> {
  const caller = systemCaller(`class ${application._id}`);
  await runCommand(app, caller, (ctx) => declareParticipants(ctx, application, rows));
}

/** The base learns what became of its class (NOT-01). */
async function tellBase(app: App, { _id, title, number, applicantAccountId }: BaseClass): Promise<void> {
  const count = (status: ClassParticipant["status"]) =>
    ClassParticipantModel.countDocuments({ applicationId: _id, status });
  const [declared, failed] = [await count("declared"), await count("failed")];
  const refused = failed === 0 ? "" : `，${failed}人未能生成，请查看原因`;
  await runCommand(app, systemCaller(`class ${_id}`), (ctx) =>
    notify(ctx, applicantAccountId, {
      kind: "class.declared",
      title: "培训班学时申报已生成",
      text: `「${title}」（${number}）已为${declared}名合格学员生成学时申报${refused}。`,
      subjectId: _id,
    }),
  );
}
