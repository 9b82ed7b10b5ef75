import { PersonModel } from "../../../models/person.ts";
import { AppError } from "../../../shared/app-error.ts";
import type { InputOf } from "../../../shared/contracts/endpoint.ts";
import type { releasePeople as contract, TransferData } from "../../../shared/contracts/transfers.ts";
import { rowRefusal } from "../../as-app-error.ts";
import { type CommandContext, requireActor } from "../../command-context.ts";
import { authorizeApplying } from "../../permissions/applications.ts";
import { callerOf, runCommand } from "../../run-command.ts";
import { notify } from "../notify.ts";
import { loadUnitPerson } from "../people/load-applying-person.ts";
import { startTransfer } from "./start-transfer.ts";
import type { Transfer } from "./transfer-data.ts";

type Input = InputOf<typeof contract>;

/** One person's own outcome (AUD-09). `error` null: the application waits for the new unit. */
export interface ReleaseResult {
  personId: string;
  transfer: Transfer | null;
  error: AppError | null;
}

/**
 * 人员调出 by the old unit: one application a person, which needs no release (TRF-03); each row is a transaction with
 * its own outcome. `permission.denied` (403) before anything is written.
 */
export async function releasePeople(ctx: CommandContext, input: Input): Promise<ReleaseResult[]> {
  authorizeApplying(requireActor(ctx), "transfer");
  const results: ReleaseResult[] = [];
  for (const personId of new Set(input.personIds)) results.push(await releaseRow(ctx, personId, input));
  return results;
}

async function releaseRow(ctx: CommandContext, personId: string, input: Input): Promise<ReleaseResult> {
  try {
    const transfer = await runCommand(ctx.app, callerOf(ctx), (step) => releaseOne(step, personId, input));
    return { personId, transfer, error: null };
  } catch (error) {
    return { personId, transfer: null, error: rowRefusal(ctx, error) };
  }
}

async function releaseOne(ctx: CommandContext, personId: string, input: Input): Promise<Transfer> {
  const applying = await loadUnitPerson(requireActor(ctx), personId);
  const transfer = await startTransfer(ctx, applying, { input, way: "employer" });
  await tellPerson(ctx, transfer);
  return transfer;
}

/** The person is told, and until when he may object (TRF-14): the notice is his, the decision the units'. */
async function tellPerson(ctx: CommandContext, transfer: Transfer): Promise<void> {
  const { _id, personId, title, number, data } = transfer;
  const person = await PersonModel.findById(personId ?? "", { accountId: 1 }).lean();
  if (person === null) return;
  const text = `单位为您办理了人员调转「${title}」（${number}）。${rightText(data)}`;
  const message = { kind: "transfer.released", title: "单位为您办理人员调转", text, subjectId: _id };
  await notify(ctx, person.accountId, message);
}

function rightText({ objection }: TransferData): string {
  if (objection === null) return "";
  return `如有异议，请在${objection.days}日内（${objection.until}前，含当日）在平台提出。`;
}
