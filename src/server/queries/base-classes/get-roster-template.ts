import type { CommandContext } from "../../command-context.ts";
import { requireBase } from "../../commands/base-classes/base-class.ts";
import { writeRosterTemplate } from "../../spreadsheets/write-roster-template.ts";

/** 学员名单 to fill in (BAS-03). Errors: `permission.denied` (403). */
export async function getRosterTemplate(ctx: CommandContext) {
  requireBase(ctx);
  return {
    content: await writeRosterTemplate(),
    contentType: "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
    fileName: "培训班学员名单模板.xlsx",
    disposition: "attachment" as const,
  };
}
