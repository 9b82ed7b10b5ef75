import { createHash } from "node:crypto";
import { PersonModel, type Person } from "../../src/models/person.ts";
import { SessionModel } from "../../src/models/session.ts";
import { StoredFileModel } from "../../src/models/stored-file.ts";
import type { Organization } from "../../src/models/organization.ts";
import type { App, CommandContext } from "../../src/server/command-context.ts";
import { createAccount } from "../../src/server/commands/accounts/create-account.ts";
import {
  addMembership,
  createOrganization,
} from "../../src/server/commands/organizations/create-organization.ts";
import { runCommand, systemCaller } from "../../src/server/run-command.ts";
import { signSessionToken } from "../../src/server/session-token.ts";
import { creditCode, identityNumber } from "../../src/server/seeds/synthetic.ts";
import { ApiClient } from "../../src/shared/api-client.ts";
import { newId } from "../../src/shared/ids.ts";
import { maskIdentityNumber } from "../../src/shared/identity-number.ts";
import type { LoginRole, Module } from "../../src/shared/modules.ts";

/**
 * A small province for server tests: 省厅 → 郑州市人社局 → 金水区人社局; the city's health authority with a hospital
 * below it, a company directly below the county's bureau, a base, and another city that has nothing to do with them.
 */
export interface World {
  app: App;
  province: Unit;
  city: Unit;
  county: Unit;
  elsewhere: Unit;
  authority: Unit;
  hospital: Unit;
  company: Unit;
  base: Unit;
}

/** An organization and its super-administrator. */
export interface Unit extends Organization {
  adminAccountId: string;
  adminRoleKey: string;
}

let serial = 0;
/** A number that no other builder of this process has used. */
export function nextSerial(): number {
  serial += 1;
  return serial;
}

/** A valid ID number that nobody has. */
export function freshIdNumber(): string {
  const count = nextSerial();
  const year = 1960 + (Math.floor(count / 900) % 40);
  return identityNumber("410105", `${year}-03-07`, (count % 900) + 1);
}

/** Runs builders in one transaction as the system. */
export function inTransaction<Result>(
  app: App,
  build: (ctx: CommandContext) => Promise<Result>,
): Promise<Result> {
  return runCommand(app, systemCaller("test"), build);
}

export async function buildWorld(app: App): Promise<World> {
  return await inTransaction(app, async (ctx) => {
    const province = await buildUnit(ctx, { kind: "bureau", regionCode: "410000" }, null);
    const city = await buildUnit(ctx, { kind: "bureau", regionCode: "410100" }, province);
    const county = await buildUnit(ctx, { kind: "bureau", regionCode: "410105" }, city);
    const elsewhere = await buildUnit(ctx, { kind: "bureau", regionCode: "410300" }, province);
    const authority = await buildUnit(ctx, { kind: "authority", regionCode: "410100" }, city);
    const hospital = await buildUnit(ctx, { kind: "employer", regionCode: "410100" }, authority);
    const company = await buildUnit(ctx, { kind: "employer", regionCode: "410105" }, county);
    const base = await buildUnit(ctx, { kind: "base", regionCode: "410100" }, city);
    return { app, province, city, county, elsewhere, authority, hospital, company, base };
  });
}

const names = {
  bureau: "人力资源和社会保障局（示例）",
  authority: "卫生健康委员会（示例）",
  employer: "单位（示例）",
  base: "继续教育基地（示例）",
} as const;

/** An organization below another, with a super-administrator of its own. */
export async function buildUnit(
  ctx: CommandContext,
  given: { kind: keyof typeof names; regionCode: string },
  superior: Organization | null,
): Promise<Unit> {
  const count = nextSerial();
  const organization = await createOrganization(ctx, {
    ...given,
    name: `${given.regionCode}${names[given.kind]}${count}`,
    nature: "20",
    level: "40",
    phone: `0371-6000${String(count).padStart(4, "0")}`,
    industry: "Q",
    address: null,
    creditCode: given.kind === "bureau" ? null : creditCode("12", given.regionCode, count),
    scanFileId: null,
    bureauId: bureauAbove(superior),
    superior,
  });
  const accountId = await buildAccount(ctx, `管理员${count}`);
  const membership = { accountId, organization, role: given.kind, isSuperAdministrator: true, modules: [] };
  const adminRoleKey = await addMembership(ctx, membership);
  return { ...organization, adminAccountId: accountId, adminRoleKey };
}

/** A unit in a transaction of its own: an employer in the city, unless told otherwise. */
export function newUnit(
  app: App,
  superior: Organization,
  given: Partial<Parameters<typeof buildUnit>[1]> = {},
): Promise<Unit> {
  const place = { kind: "employer" as const, regionCode: "410100", ...given };
  return inTransaction(app, (ctx) => buildUnit(ctx, place, superior));
}

function bureauAbove(superior: Organization | null): string | null {
  if (superior === null) return null;
  return superior.kind === "bureau" ? superior._id : superior.bureauId;
}

export async function buildAccount(
  ctx: CommandContext,
  name: string,
  idNumber = freshIdNumber(),
): Promise<string> {
  return await createAccount(ctx, {
    name,
    idNumber,
    phone: null,
    email: null,
    landline: null,
    // Nobody signs in with it: test sessions are made directly. Not null, so that no password change is due.
    passwordHash: "scrypt$AAAA$AAAA",
  });
}

/** A person of a unit; `idNumber` is returned because the database has it only encrypted. */
export async function buildPerson(
  ctx: CommandContext,
  unit: Organization,
  given: Partial<Person> = {},
): Promise<Person & { idNumber: string }> {
  const idNumber = freshIdNumber();
  const name = given.name ?? `人员${nextSerial()}`;
  const accountId = given.accountId ?? (await buildAccount(ctx, name, idNumber));
  const person: Person = {
    _id: ctx.newId(),
    accountId,
    name,
    idNumberIndex: ctx.app.secrets.blindIndex(idNumber),
    maskedIdNumber: maskIdentityNumber(idNumber),
    sex: "1",
    birthDate: "1980-03-07",
    nation: null,
    nativePlace: null,
    education: null,
    degree: null,
    school: null,
    major: null,
    organizationId: unit._id,
    organizationName: unit.name,
    regionCode: unit.regionCode,
    industry: unit.industry,
    scopeIds: [unit._id, ...unit.ancestorIds],
    departmentId: null,
    departmentName: null,
    titleSeries: "04",
    titleLevel: "3",
    titleName: "主治医师",
    titles: [{ series: "04", level: "3", name: "主治医师", obtainedOn: "2010-06-01" }],
    isAccountant: false,
    workStartedOn: null,
    firstYear: 2026,
    status: "active",
    importId: null,
    registeredAt: ctx.clock.now(),
    deregisteredAt: null,
    deregistrationCase: null,
    openTransferId: null,
    formerUnits: [],
    version: 0,
    ...given,
  };
  await PersonModel.create([person]);
  return { ...person, idNumber };
}

/** A person of a unit in a transaction of its own. */
export function newPerson(
  app: App,
  unit: Organization,
  given: Partial<Person> = {},
): Promise<Person & { idNumber: string }> {
  return inTransaction(app, (ctx) => buildPerson(ctx, unit, given));
}

/** Gives an account a further administration right, with some modules only. */
export async function buildMembership(
  app: App,
  given: {
    accountId: string;
    organization: Organization;
    role: Exclude<LoginRole, "professional">;
    modules: Module[];
  },
): Promise<string> {
  return await inTransaction(app, (ctx) => addMembership(ctx, { ...given, isSuperAdministrator: false }));
}

/** Somebody with some modules of an organization, signed in; of a new account unless `accountId` says whose. */
export async function newMember(
  { app, url }: { app: App; url: string },
  organization: Organization,
  given: {
    role: Exclude<LoginRole, "professional">;
    modules: Module[];
    accountId?: string;
    name?: string;
  },
): Promise<{ accountId: string; roleKey: string; client: ApiClient }> {
  const { role, modules, name = "职员" } = given;
  const accountId = given.accountId ?? (await inTransaction(app, (ctx) => buildAccount(ctx, name)));
  const roleKey = await buildMembership(app, { accountId, organization, role, modules });
  return { accountId, roleKey, client: await clientOf(app, url, { accountId, roleKey }) };
}

/** A client with a session of an account in one of its roles, without the cost of a password. */
export async function clientOf(
  app: App,
  url: string,
  { accountId, roleKey }: { accountId: string; roleKey: string },
): Promise<ApiClient> {
  const now = app.clock.now();
  const person = await PersonModel.findOne({ accountId }, { _id: 1 }).lean();
  const _id = newId(now);
  // Far ahead: the test clock stands still while the database expires sessions by its own. Last seen then too, so that
  // no use puts the end back to two hours after the test clock.
  const expiresAt = new Date(now.getTime() + 10 * 365 * 86_400_000);
  const session = { accountId, roleKey, personId: person?._id ?? null, previousLoginAt: null };
  await SessionModel.create([
    { ...session, _id, createdAt: now, lastSeenAt: expiresAt, expiresAt, revokedAt: null, version: 0 },
  ]);
  const client = new ApiClient(url);
  client.cookie = `xueshi_session=${signSessionToken(app.secrets, _id)}`;
  return client;
}

export function adminOf(app: App, url: string, unit: Unit): Promise<ApiClient> {
  return clientOf(app, url, { accountId: unit.adminAccountId, roleKey: unit.adminRoleKey });
}

export function personClient(app: App, url: string, person: Person): Promise<ApiClient> {
  return clientOf(app, url, { accountId: person.accountId, roleKey: "professional" });
}

/** A stored file's row, uploaded by an account; its bytes do not matter here. */
export async function buildFile(app: App, accountId: string): Promise<{ fileId: string; name: string }> {
  const now = app.clock.now();
  const fileId = newId(now);
  const name = "证明材料.pdf";
  const sha256 = createHash("sha256").update(fileId).digest("hex");
  const file = { sha256, name, mimeType: "application/pdf", size: 1000, uploadedByAccountId: accountId };
  await StoredFileModel.create([
    { ...file, _id: fileId, usedBy: null, scopeIds: [], createdAt: now, version: 0 },
  ]);
  return { fileId, name };
}
