import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { demonstrationPassword } from "../../src/server/seeds/demonstration-people.ts";
import { creditCode, identityNumber } from "../../src/server/seeds/synthetic.ts";
import { ApiClient } from "../../src/shared/api-client.ts";
import { withdrawApplication } from "../../src/shared/contracts/applications.ts";
import { submitClosure } from "../../src/shared/contracts/closures.ts";
import { searchOrganizations } from "../../src/shared/contracts/organizations.ts";
import { uploadFile } from "../../src/shared/contracts/platform.ts";
import { registerOrganization, uploadRegistrationFile } from "../../src/shared/contracts/registrations.ts";
import { samplePdf } from "../../src/shared/sample-pdf.ts";
import { openStage, pageFaults, signIn, type Stage } from "./support.ts";
import {
  approve,
  findings,
  hospitalName,
  newProfessional,
  signedIn,
  unitNamed,
} from "./workspace-support.ts";

/** What whoever decides a merger reads before he does (DRG-05). */

let stage: Stage;
beforeAll(async () => {
  stage = await openStage();
});
afterAll(() => stage.close());

const sourceName = "金水区示例口腔门诊部";
const scan = (name: string) => ({ name: `${name}.pdf`, bytes: samplePdf(name), type: "application/pdf" });

/** A new employer below the county's bureau, approved, by its administrator. */
async function newEmployer(): Promise<{ id: string; administrator: ApiClient }> {
  const administrator = new ApiClient(stage.url);
  const idNumber = identityNumber("410105", "1986-06-06", 431);
  const { rows } = await administrator.ok(searchOrganizations, { kinds: "bureau", regionCode: "410105" });
  const bureauId = rows[0]?.id ?? "";
  const { body } = await administrator.upload(uploadRegistrationFile, scan("信用代码证"));
  await administrator.ok(registerOrganization, {
    kind: "employer",
    name: sourceName,
    nature: "33",
    level: "90",
    phone: "0371-60000431",
    industry: "Q",
    regionCode: "410105",
    superiorId: bureauId,
    bureauId,
    creditCode: creditCode("91", "410105", 7431),
    scan: { fileId: body.fileId, name: body.name },
    applicant: {
      kind: "new",
      idNumber,
      password: demonstrationPassword,
      name: "合并测试",
      phone: "13937100431",
    },
    ...(await administrator.captcha()),
  });
  await approve(await signedIn(stage.url, "bureau", "county-bureau"), "合并测试");
  await administrator.logIn("employer", idNumber, demonstrationPassword);
  return { id: (await unitNamed(administrator, sourceName)).id, administrator };
}

describe("审核合并", () => {
  it("lists the people whom the merger takes along, for each who decides", async () => {
    const source = await newEmployer();
    const { administrator } = source;
    const person = await newProfessional(stage.url, 432, source);
    const { body } = await administrator.upload(uploadFile, scan("合并批复"));
    const { id, number } = await administrator.ok(submitClosure, {
      closureKind: "merge",
      targetId: (await unitNamed(administrator, hospitalName)).id,
      reason: "机构改革",
      proof: { fileId: body.fileId, name: body.name },
    });
    const page = await stage.visitor();
    await signIn(page, "bureau", "county-bureau");
    await page.goto(`/workspace/tasks?processKey=organization-closure&q=${number}`);
    await page.getByRole("button", { name: `办理${number}` }).click();
    const drawer = page.getByRole("dialog");
    await drawer.getByText("将转入目标单位的人员").waitFor();
    await drawer.getByText("共 1 人").waitFor();
    const row = drawer.getByRole("row", { name: new RegExp(person.name) });
    expect(await row.textContent()).toContain(`${person.idNumber.slice(0, 4)}**********`);
    expect(await drawer.textContent()).not.toContain(person.idNumber);
    expect(await findings(page)).toEqual([]);

    await administrator.ok(withdrawApplication, { id });
    await page.goto(`/workspace/applications/${id}`);
    await page.getByText("已撤回").first().waitFor();
    expect(await page.getByText("将转入目标单位的人员").count()).toBe(0);
    expect(pageFaults(page)).toEqual([]);
  });
});
