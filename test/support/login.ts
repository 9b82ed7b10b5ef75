import { AuditEventModel, type AuditEvent } from "../../src/models/audit-event.ts";
import type { Organization } from "../../src/models/organization.ts";
import { createAccount } from "../../src/server/commands/accounts/create-account.ts";
import type { App } from "../../src/server/command-context.ts";
import { hashPassword } from "../../src/server/secrets.ts";
import { maskIdentityNumber } from "../../src/shared/identity-number.ts";
import { buildPerson, freshIdNumber, inTransaction } from "./world.ts";

export const password = "Ceshi@2026";

let hashed: Promise<string> | undefined;
/** The hash of `password`, made once for all tests of a process. */
export function passwordHash(): Promise<string> {
  hashed ??= hashPassword(password);
  return hashed;
}

/** Somebody who can sign in as a professional: with `password`, or only with the initial one. */
export interface Login {
  idNumber: string;
  accountId: string;
  personId: string;
  phone: string;
}

let phones = 0;

export async function buildLogin(
  app: App,
  unit: Organization,
  given: { initial?: boolean; idNumber?: string } = {},
): Promise<Login> {
  const idNumber = given.idNumber ?? freshIdNumber();
  phones += 1;
  const phone = `138${String(phones).padStart(8, "0")}`;
  const hash = given.initial === true ? null : await passwordHash();
  return inTransaction(app, async (ctx) => {
    const contact = { phone, email: null, landline: null };
    const accountId = await createAccount(ctx, { name: "登录者", idNumber, ...contact, passwordHash: hash });
    const own = {
      accountId,
      name: "登录者",
      idNumberIndex: app.secrets.blindIndex(idNumber),
      maskedIdNumber: maskIdentityNumber(idNumber),
    };
    const person = await buildPerson(ctx, unit, own);
    return { idNumber, accountId, personId: person._id, phone };
  });
}

/** Audit events about a subject, oldest first. */
export async function auditOf(subjectId: string): Promise<AuditEvent[]> {
  return AuditEventModel.find({ subjectId }).sort({ at: 1, _id: 1 }).lean<AuditEvent[]>();
}
