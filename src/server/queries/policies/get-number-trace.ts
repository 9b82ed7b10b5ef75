import { type CreditEntry, CreditEntryModel } from "../../../models/credit-entry.ts";
import { type Declaration, DeclarationModel } from "../../../models/declaration.ts";
import { type PersonYear, PersonYearModel } from "../../../models/person-year.ts";
import type { TraceStep } from "../../../rules/trace.ts";
import { AppError } from "../../../shared/app-error.ts";
import type { InputOf } from "../../../shared/contracts/endpoint.ts";
import type { getNumberTrace as contract } from "../../../shared/contracts/policies.ts";
import { type CommandContext, requireActor } from "../../command-context.ts";
import { requireModule, requireScope } from "../../permissions/scope.ts";
import { type Reproduction, reproduceTrace, type TracePack } from "./reproduce-trace.ts";

/** A number on record and how it came about. */
export interface NumberTrace extends Reproduction {
  kind: "declaration" | "person-year";
  id: string;
  subject: Declaration | PersonYear;
  trace: readonly TraceStep[];
  pack: TracePack | null;
  entries: CreditEntry[];
}

const entriesAtMost = 500;

/**
 * The trace of a declaration's hours or of a year's result, computed again with the pack versions that made it, and the
 * ledger lines behind it. For auditors, within their scope: `trace.not_found` (404) outside of it.
 */
export async function getNumberTrace(
  ctx: CommandContext,
  { kind, id }: InputOf<typeof contract>,
): Promise<NumberTrace> {
  const actor = requireActor(ctx);
  requireModule(actor, "audit:read");
  const subject =
    kind === "declaration"
      ? await DeclarationModel.findById(id).lean<Declaration>()
      : await PersonYearModel.findById(id).lean<PersonYear>();
  if (subject === null) throw new AppError("trace.not_found");
  requireScope(actor, subject.scopeIds, "trace.not_found");
  const trace = (subject.trace ?? []) as readonly TraceStep[];
  const pack = packOf(subject);
  const reproduction = await reproduceTrace(ctx.app.policies, { trace, pack });
  return {
    kind,
    id,
    subject,
    trace,
    ...reproduction,
    pack: reproduction.pack ?? pack,
    entries: await entriesOf(subject),
  };
}

function packOf(subject: Declaration | PersonYear): TracePack | null {
  if (subject.pack === null) return null;
  if (typeof subject.pack !== "string") {
    const { id, version } = subject.pack;
    const sha256 = "sha256" in subject.pack ? String(subject.pack.sha256) : null;
    return { id, version, sha256 };
  }
  const [id = "", version = ""] = subject.pack.split("@");
  return { id, version, sha256: null };
}

async function entriesOf(subject: Declaration | PersonYear): Promise<CreditEntry[]> {
  const filter =
    "facts" in subject
      ? { personId: subject.personId, year: subject.year, declarationId: subject._id }
      : { personId: subject.personId, year: subject.year };
  return CreditEntryModel.find(filter).sort({ creditedAt: 1 }).limit(entriesAtMost).lean<CreditEntry[]>();
}
