import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { RegistrationModel } from "../../../src/models/registration.ts";
import { StoredFileModel } from "../../../src/models/stored-file.ts";
import { WorkflowInstance } from "../../../src/models/workflow-instance.ts";
import { WorkflowTask } from "../../../src/models/workflow-task.ts";
import * as accounts from "../../../src/shared/contracts/accounts.ts";
import * as contracts from "../../../src/shared/contracts/registrations.ts";
import type { EndpointContract } from "../../../src/shared/contracts/endpoint.ts";
import { errorCodes } from "../../../src/shared/error-codes.ts";
import { password } from "../../support/login.ts";
import { newApplicant, organizationForm, personForm } from "../../support/registrations.ts";
import { freshIdNumber } from "../../support/world.ts";
import { changesOf } from "./hostile-forms.ts";
import { useProvince } from "../../support/province.ts";

const { server, world } = useProvince();

const counts = async () => [
  await RegistrationModel.countDocuments({}),
  await WorkflowInstance.countDocuments({}),
  await WorkflowTask.countDocuments({}),
  await StoredFileModel.countDocuments({ usedBy: { $type: "string" } }),
];

/** Sends a changed form: whether it was accepted or refused in a documented way, and what was written. */
async function sent(contract: EndpointContract, form: object) {
  const before = await counts();
  const { status, body } = await server.client().call(contract, form as Record<string, unknown>);
  const after = await counts();
  const documented = status < 500 && Object.hasOwn(errorCodes, body.error?.code ?? "");
  return {
    outcome: status === 200 ? "accepted" : documented ? "refused" : `broken: ${status}`,
    written: after.map((count, index) => count - (before[index] ?? 0)),
  };
}

const refused = { outcome: "refused", written: [0, 0, 0, 0] };

describe("forms that nobody should send", () => {
  it("of organizations are taken whole or refused whole", async () => {
    const base = await organizationForm(server.client(), world);
    await fc.assert(
      fc.asyncProperty(changesOf(Object.keys(base)), async (change) => {
        const form = change(await organizationForm(server.client(), world));
        const accepted = { outcome: "accepted", written: [1, 1, 1, 1] };
        expect([accepted, refused]).toContainEqual(await sent(contracts.registerOrganization, form));
      }),
      { numRuns: 150, endOnFailure: true },
    );
  });

  it("of applicants within them too", async () => {
    await fc.assert(
      fc.asyncProperty(changesOf(Object.keys(newApplicant())), async (change) => {
        const form = {
          ...(await organizationForm(server.client(), world)),
          applicant: change(newApplicant()),
        };
        const accepted = { outcome: "accepted", written: [1, 1, 1, 1] };
        expect([accepted, refused]).toContainEqual(await sent(contracts.registerOrganization, form));
      }),
      { numRuns: 100, endOnFailure: true },
    );
  });

  it("of people are taken whole or refused whole", async () => {
    const base = await personForm(server.client(), world);
    await fc.assert(
      fc.asyncProperty(changesOf(Object.keys(base)), async (change) => {
        const form = change(await personForm(server.client(), world));
        const accepted = { outcome: "accepted", written: [1, 1, 1, 0] };
        expect([accepted, refused]).toContainEqual(await sent(contracts.registerPerson, form));
      }),
      { numRuns: 150, endOnFailure: true },
    );
  });

  it("of logins, queries and codes never break", async () => {
    const idNumber = freshIdNumber();
    const captcha = await server.client().captcha();
    const forms = [
      [accounts.logIn, { role: "professional", idNumber, password, ...captcha }],
      [contracts.queryRegistrations, { name: "某人", idNumber, ...captcha }],
      [accounts.sendPhoneCode, { idNumber, phone: "13800000000", ...captcha }],
      [
        accounts.resetForgottenPassword,
        {
          idNumber,
          phone: "13800000000",
          phoneCodeId: "0".repeat(24),
          code: "000000",
          newPassword: password,
        },
      ],
      [contracts.withdrawRegistration, { id: "0".repeat(24), name: "某人", idNumber, password, ...captcha }],
    ] as const;
    for (const [contract, form] of forms) {
      await fc.assert(
        fc.asyncProperty(changesOf(Object.keys(form)), async (change) => {
          const answer = await server.client().call(contract, change(form) as Record<string, unknown>);
          expect(answer.status).toBeLessThan(500);
        }),
        { numRuns: 60, endOnFailure: true },
      );
    }
  });
});
