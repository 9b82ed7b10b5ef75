import { OrganizationModel } from "../../models/organization.ts";
import { RegistrationModel } from "../../models/registration.ts";
import type { App } from "../command-context.ts";
import {
  type OrganizationForm,
  submitOrganization,
} from "../commands/registrations/register-organization.ts";
import type { Applicant } from "../commands/registrations/registration-data.ts";
import { actAs } from "./acting.ts";
import { approval, decideOpen, type Verdict } from "./decide-open.ts";
import { tileOf } from "./demonstration-people.ts";
import { uploadSample } from "./sample-file.ts";
import { creditCode, identityNumber } from "./synthetic.ts";

/** The organizations of the demonstration beside the bureaus. */
export interface DemonstrationOrganizations {
  authority: string;
  base: string;
  hospital: string;
  company: string;
}

interface Plan {
  kind: OrganizationForm["kind"];
  name: string;
  nature: string;
  level: string;
  industry: string;
  regionCode: string;
  prefix: string;
  serial: number;
  superiorId: string;
  bureauId: string;
  applicant: Pick<Applicant, "name" | "idNumber">;
}

/** Registers and approves an authority, a base and two employers, and leaves registrations in every other state. */
export async function fillOrganizations(
  app: App,
  bureaus: ReadonlyMap<string, string>,
  passwordHash: string,
): Promise<DemonstrationOrganizations> {
  const [city, county] = [idIn(bureaus, "410100"), idIn(bureaus, "410105")];
  const register = (plan: Plan, verdict: Verdict | null) => registerAs(app, plan, { passwordHash, verdict });
  const authority = await register(cityPlan("authority", city, city), approval);
  const base = await register(cityPlan("base", city, city), approval);
  const hospital = await register(cityPlan("employer", authority, city), approval);
  const company = await register(companyPlan(county, 4, "金水区示例科技有限公司"), approval);
  await register(companyPlan(county, 5, "金水区示例设计院（待审核）"), null);
  await register(companyPlan(county, 6, "金水区示例商贸有限公司（被驳回）"), {
    outcome: "reject",
    comment: "证件扫描件不清晰，请重新上传",
  });
  return { authority, base, hospital, company };
}

const cityOrganizations = {
  authority: { name: "郑州市卫生健康委员会（示例）", nature: "10", industry: "Q", prefix: "11", serial: 1 },
  base: {
    name: "郑州市专业技术人员继续教育基地（示例）",
    nature: "20",
    industry: "P",
    prefix: "12",
    serial: 2,
  },
  employer: { name: "郑州市第九示例医院", nature: "20", industry: "Q", prefix: "12", serial: 3 },
} as const;

function cityPlan(kind: OrganizationForm["kind"], superiorId: string, bureauId: string): Plan {
  const applicant = tileOf(kind);
  const place = { level: "40", regionCode: "410100", superiorId, bureauId };
  return { kind, ...cityOrganizations[kind], ...place, applicant };
}

function companyPlan(bureauId: string, serial: number, name: string): Plan {
  return {
    kind: "employer",
    name,
    nature: "33",
    level: "90",
    industry: "I",
    regionCode: "410105",
    prefix: "91",
    serial,
    superiorId: bureauId,
    bureauId,
    applicant: {
      name: `企业管理员${serial}（示例）`,
      idNumber: identityNumber("410105", "1985-06-07", 700 + serial),
    },
  };
}

function idIn(bureaus: ReadonlyMap<string, string>, code: string): string {
  const id = bureaus.get(code);
  if (id === undefined) throw new Error(`no bureau in ${code}`);
  return id;
}

/** Returns the id of the organization when approved, else of the registration. */
async function registerAs(
  app: App,
  plan: Plan,
  { passwordHash, verdict }: { passwordHash: string; verdict: Verdict | null },
): Promise<string> {
  const scan = await uploadSample(app, null, "统一社会信用代码证扫描件.pdf");
  const { applicant: who, prefix, serial, ...fields } = plan;
  const applicant = {
    ...who,
    phone: `1380371${String(serial).padStart(4, "0")}`,
    passwordHash,
    accountId: null,
  };
  const form = {
    ...fields,
    phone: "0371-60000000",
    address: "河南省郑州市示例路1号（示例）",
    creditCode: creditCode(prefix, fields.regionCode, serial),
    scan,
    applicant: { kind: "existing" as const, idNumber: who.idNumber, password: "" },
  };
  return actAs(app, null, async (ctx) => {
    const { registrationId } = await submitOrganization(ctx, form, applicant);
    if (verdict === null) return registrationId;
    const registration = await RegistrationModel.findById(registrationId).lean();
    if (registration === null) throw new Error("the registration was not written");
    await decideOpen(ctx, registration.instanceId, verdict);
    const created = await OrganizationModel.findOne({ creditCode: form.creditCode, status: "active" }).lean();
    return created?._id ?? registrationId;
  });
}
