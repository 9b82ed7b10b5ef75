import type { CommandContext } from "../../command-context.ts";
import { notify } from "../notify.ts";

const words = {
  added: ["您已成为单位管理员", "您已被任命为「{organization}」的管理员，可在登录时选择相应角色。"],
  disabled: ["您的管理员权限已被禁用", "您在「{organization}」的管理员权限已被禁用。"],
  enabled: ["您的管理员权限已恢复", "您在「{organization}」的管理员权限已重新启用。"],
  roles: ["您的管理员角色已调整", "您在「{organization}」的管理员角色已调整，新的权限立即生效。"],
  removed: ["您的管理员权限已被删除", "您在「{organization}」的管理员权限已被删除，您本人的账号不受影响。"],
  super: ["您已成为超级管理员", "您已成为「{organization}」的超级管理员。"],
  replaced: [
    "您不再是超级管理员",
    "「{organization}」的超级管理员已变更，您在该单位的管理员权限已自动取消，您本人的账号不受影响。",
  ],
} as const;

/** Tells an account what became of its right in an organization (ADM-05, NOT-01). */
export async function tellAdministrator(
  ctx: CommandContext,
  { accountId, organizationId, organizationName }: Told,
  event: keyof typeof words,
): Promise<void> {
  const [title, text] = words[event];
  const message = { title, text: text.replace("{organization}", organizationName) };
  await notify(ctx, accountId, { kind: `administrator.${event}`, ...message, subjectId: organizationId });
}

interface Told {
  accountId: string;
  organizationId: string;
  organizationName: string;
}
