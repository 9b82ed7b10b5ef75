import { z } from "zod";
import { defineEndpoint } from "./endpoint.ts";
import { id, idParams } from "./fields.ts";
import { credentialErrors, credentials, registerOrganization } from "./registrations.ts";

/** What an applicant may do with a pending registration beside withdrawing it (PRG-09). */

export const urgeRegistration = defineEndpoint({
  id: "urgeRegistration",
  method: "POST",
  path: "/registrations/:id/urge",
  summary: "催办注册申请（24小时一次，须注册时的身份证号码和密码）",
  access: "public",
  params: idParams,
  body: credentials,
  response: z.object({ nextAt: z.string(), holders: z.array(z.string()) }),
  errors: [...credentialErrors, "instance.nothing_to_urge", "instance.urged_already"],
});

export const changeRegistrationSuperior = defineEndpoint({
  id: "changeRegistrationSuperior",
  method: "POST",
  path: "/registrations/:id/superior",
  summary: "更换待审核单位注册的上级：撤回并以相同资料重新提交",
  access: "public",
  params: idParams,
  body: credentials.extend({ superiorId: id, bureauId: id }),
  response: registerOrganization.response,
  errors: [
    ...credentialErrors,
    "registration.superior_invalid",
    "registration.code_not_shared",
    "organization.closing",
    "task.withdrawn",
    "request.conflict",
  ],
});

export const changeRegistrationUnit = defineEndpoint({
  id: "changeRegistrationUnit",
  method: "POST",
  path: "/registrations/:id/unit",
  summary: "更换待审核人员注册的所在单位：撤回并以相同资料重新提交",
  access: "public",
  params: idParams,
  body: credentials.extend({ organizationId: id, departmentId: id.optional() }),
  response: registerOrganization.response,
  errors: [
    ...credentialErrors,
    "organization.not_found",
    "organization.closing",
    "department.unavailable",
    "task.withdrawn",
    "request.conflict",
  ],
});
