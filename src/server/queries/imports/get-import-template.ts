import { type CommandContext, requireActor } from "../../command-context.ts";
import { requireModule } from "../../permissions/scope.ts";
import { writePeopleTemplate } from "../../spreadsheets/write-people-template.ts";

/** The workbook to fill in, with drop-downs from the dictionaries (IMP-01, IMP-03). */
export async function getImportTemplate(ctx: CommandContext) {
  requireModule(requireActor(ctx), "people:import");
  return {
    content: await writePeopleTemplate(),
    contentType: "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
    fileName: "专业技术人员导入模板.xlsx",
    disposition: "attachment" as const,
  };
}
