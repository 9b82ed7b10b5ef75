import type { RequestOf } from "../../src/shared/contracts/endpoint.ts";
import * as contracts from "../../src/shared/contracts/registrations.ts";
import { samplePdf } from "../../src/shared/sample-pdf.ts";
import { creditCode } from "../../src/server/seeds/synthetic.ts";
import type { ApiClient } from "../../src/shared/api-client.ts";
import { password } from "./login.ts";
import { freshIdNumber, nextSerial, type World } from "./world.ts";

export type OrganizationForm = RequestOf<typeof contracts.registerOrganization>;
export type PersonForm = RequestOf<typeof contracts.registerPerson>;

/** Uploads a scan as an applicant without an account does. */
export async function uploadScan(client: ApiClient): Promise<{ fileId: string; name: string }> {
  const bytes = samplePdf(`scan ${nextSerial()}`);
  const answer = await client.upload(contracts.uploadRegistrationFile, {
    name: "统一社会信用代码证.pdf",
    bytes,
    type: "application/pdf",
  });
  return { fileId: answer.body.fileId, name: answer.body.name };
}

/** A complete form for an employer below the health authority, with a new applicant. */
export async function organizationForm(
  client: ApiClient,
  world: World,
  given: Partial<OrganizationForm> = {},
): Promise<OrganizationForm> {
  return {
    ...(await client.captcha()),
    kind: "employer",
    name: `测试医院${nextSerial()}`,
    nature: "20",
    level: "40",
    phone: "0371-6000（转）8",
    industry: "Q",
    regionCode: "410100",
    address: "郑州市示例路（东段）1号",
    superiorId: world.authority._id,
    bureauId: world.city._id,
    creditCode: creditCode("12", "410100", 500_000 + nextSerial()),
    scan: given.scan ?? (await uploadScan(client)),
    applicant: newApplicant(),
    ...given,
  };
}

export function newApplicant(given: { idNumber?: string; name?: string } = {}) {
  return {
    kind: "new" as const,
    idNumber: freshIdNumber(),
    password,
    name: "申请人",
    phone: "13700000001",
    email: "applicant@example.invalid",
    ...given,
  };
}

/** A complete form of a professional of the hospital. */
export async function personForm(
  client: ApiClient,
  world: World,
  given: Partial<PersonForm> = {},
): Promise<PersonForm> {
  return {
    ...(await client.captcha()),
    idNumber: freshIdNumber(),
    password,
    name: "注册人",
    phone: "13700000002",
    email: "person@example.invalid",
    organizationId: world.hospital._id,
    isAccountant: false,
    titleSeries: "04",
    titleLevel: "3",
    titleName: "主治医师",
    titleObtainedOn: "2018-09-01",
    ...given,
  };
}
