import { OrganizationModel } from "../../../models/organization.ts";
import { AppError } from "../../../shared/app-error.ts";
import { closureKindNames, type getClosureTemplate as contract } from "../../../shared/contracts/closures.ts";
import type { InputOf } from "../../../shared/contracts/endpoint.ts";
import { type CommandContext, requireActor } from "../../command-context.ts";
import { authorizeApplying } from "../../permissions/applications.ts";
import { writeClosureTemplate } from "../../spreadsheets/write-closure-template.ts";

/** 下载证明文件模版 (DRG-01): the form to print, stamp and upload, with the organization's own data filled in. */
export async function getClosureTemplate(ctx: CommandContext, { closureKind }: InputOf<typeof contract>) {
  const actor = requireActor(ctx);
  authorizeApplying(actor, "organization-closure");
  const organization = await OrganizationModel.findById(actor.organizationId, {
    name: 1,
    creditCode: 1,
  }).lean();
  if (organization === null) throw new AppError("permission.denied");
  const { name, creditCode } = organization;
  return {
    content: await writeClosureTemplate({ closureKind, name, creditCode }),
    contentType: "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
    fileName: `单位${closureKindNames[closureKind]}证明.xlsx`,
    disposition: "attachment" as const,
  };
}
