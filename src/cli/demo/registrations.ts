import type { ApiClient } from "../../shared/api-client.ts";
import type { InputOf } from "../../shared/contracts/endpoint.ts";
import { searchOrganizations } from "../../shared/contracts/organizations.ts";
import {
  queryRegistrations,
  registerOrganization,
  uploadRegistrationFile,
  withdrawRegistration,
} from "../../shared/contracts/registrations.ts";
import { decideTask, listTasks } from "../../shared/contracts/workflow.ts";
import { demoPassword, type Journey } from "./journey.ts";
import { samplePdf } from "../../shared/sample-pdf.ts";
import type { Unit } from "./world.ts";

type OrganizationForm = Omit<
  InputOf<typeof registerOrganization>,
  "captchaId" | "captchaText" | "scan" | "applicant"
>;

export interface NewUnit {
  kind: "employer" | "authority" | "base";
  name: string;
  prefix: string;
  level: string;
  superiorId: string;
  bureauId: string;
}

/** A registration form with valid codes. */
export function unitForm(journey: Journey, unit: NewUnit): OrganizationForm {
  const { prefix, ...fields } = unit;
  return {
    ...fields,
    nature: unit.kind === "authority" ? "10" : "20",
    phone: "0371-61111111",
    industry: "Q",
    regionCode: "410105",
    address: "郑州市金水区示例路1号（示例大厦）",
    creditCode: journey.creditCode(prefix, "410105"),
  };
}

export interface Submitted {
  form: OrganizationForm;
  applicant: { idNumber: string; name: string };
  receiptNumber: string;
  registrationId: string;
}

/** Uploads the scan and submits the wizard. */
export async function submitUnit(journey: Journey, form: OrganizationForm): Promise<Submitted> {
  const client = journey.client();
  const idNumber = journey.idNumber();
  const scan = await uploadScan(client, form.creditCode);
  const receipt = await client.ok(registerOrganization, {
    ...form,
    scan,
    applicant: {
      kind: "new",
      idNumber,
      password: demoPassword,
      name: "示例单位管理员",
      phone: journey.phone(),
    },
    ...(await client.captcha()),
  });
  return { form, applicant: { idNumber, name: "示例单位管理员" }, ...receipt };
}

export async function uploadScan(client: ApiClient, text: string): Promise<{ fileId: string; name: string }> {
  const file = { name: "统一社会信用代码证.pdf", bytes: samplePdf(text), type: "application/pdf" };
  const uploaded = await client.upload(uploadRegistrationFile, file);
  return { fileId: uploaded.body.fileId, name: uploaded.body.name };
}

/** The reviewer finds the one pending registration of a name and approves it. */
export async function approveRegistrationOf(reviewer: ApiClient, name: string): Promise<void> {
  const tasks = await reviewer.ok(listTasks, { pageSize: 200 });
  const task = tasks.rows.find((row) => row.title.includes(name) || row.applicantName.includes(name));
  if (task === undefined) throw new Error(`no task for the registration of ${name}`);
  await reviewer.ok(decideTask, { id: task.id, outcome: "approve", comment: "材料齐全" });
}

/** Registers a unit, has it approved and signs its administrator in. */
export async function registerUnit(journey: Journey, unit: NewUnit, reviewer: ApiClient): Promise<Unit> {
  const submitted = await submitUnit(journey, unitForm(journey, unit));
  await approveRegistrationOf(reviewer, unit.name);
  const admin = await journey.client().logIn(unit.kind, submitted.applicant.idNumber, demoPassword);
  const found = await journey.client().ok(searchOrganizations, { kinds: unit.kind, name: unit.name });
  const [option] = found.rows;
  if (option === undefined) throw new Error(`${unit.name} cannot be chosen after approval`);
  return { id: option.id, name: option.name, admin };
}

/** Everything around one employer's registration: refusals, progress, withdrawal, approval, login. */
export async function playEmployerRegistration(
  journey: Journey,
  unit: NewUnit,
  reviewer: ApiClient,
): Promise<Unit> {
  const form = unitForm(journey, unit);
  await wrongCodes(journey, form);
  const first = await submitUnit(journey, form);
  await secondAttempt(journey, form);
  await withdrawAndReturn(journey, first);
  const again = await submitUnit(journey, form);
  await loginIsRefused(journey, again);
  await approveRegistrationOf(reviewer, unit.name);
  const admin = await journey.client().logIn("employer", again.applicant.idNumber, demoPassword);
  const taken = await secondAttempt(journey, form);
  journey.expectText("a live unit holds its code", taken, unit.name);
  const found = await journey.client().ok(searchOrganizations, { kinds: "employer", name: unit.name });
  return { id: found.rows[0]?.id ?? "", name: unit.name, admin };
}

async function wrongCodes(journey: Journey, form: OrganizationForm): Promise<void> {
  const client = journey.client();
  const scan = await uploadScan(client, "wrong codes");
  const answer = await client.call(registerOrganization, {
    ...form,
    creditCode: `${form.creditCode.slice(0, 17)}${form.creditCode.endsWith("0") ? "1" : "0"}`,
    scan,
    applicant: {
      kind: "new",
      idNumber: "411729199902291230",
      password: "12345678",
      name: "示例",
      phone: "12345",
    },
    ...(await client.captcha()),
  });
  const paths = (answer.body.error?.problems ?? []).map((problem) => problem.path);
  journey.expect(
    "wrong check digits are refused at their fields",
    [answer.status, ...paths.toSorted()],
    [400, "body.applicant.idNumber", "body.applicant.password", "body.applicant.phone", "body.creditCode"],
  );
}

async function secondAttempt(journey: Journey, form: OrganizationForm): Promise<string> {
  const client = journey.client();
  const answer = await client.call(registerOrganization, {
    ...form,
    scan: await uploadScan(client, "second attempt"),
    applicant: {
      kind: "new",
      idNumber: journey.idNumber(),
      password: demoPassword,
      name: "另一申请人",
      phone: journey.phone(),
    },
    ...(await client.captcha()),
  });
  journey.expect(
    "a second attempt with the same code",
    answer.body.error?.code,
    "registration.credit_code_taken",
  );
  journey.expectText("the refusal names the holder", answer.body.error?.message, form.name);
  return answer.body.error?.message ?? "";
}

async function withdrawAndReturn(journey: Journey, submitted: Submitted): Promise<void> {
  const client = journey.client();
  const { name, idNumber } = submitted.applicant;
  const found = await client.ok(queryRegistrations, { name, idNumber, ...(await client.captcha()) });
  const [registration] = found.registrations;
  journey.expect("progress query", registration?.statusName, "待审核");
  journey.expectText("the query shows the path of the reviewer", registration?.reviewer.regionPath, "郑州市");
  await client.ok(withdrawRegistration, {
    id: submitted.registrationId,
    name,
    idNumber,
    password: demoPassword,
    ...(await client.captcha()),
  });
  const after = await client.ok(queryRegistrations, { name, idNumber, ...(await client.captcha()) });
  journey.expect("after the withdrawal", after.registrations[0]?.statusName, "已撤回");
}

async function loginIsRefused(journey: Journey, submitted: Submitted): Promise<void> {
  const client = journey.client();
  const message = await client.logIn("employer", submitted.applicant.idNumber, demoPassword).then(
    () => "",
    (error: Error) => error.message,
  );
  journey.expectText("login before approval", message, "您的账号正在审核中，审核通过才可登录平台");
}
