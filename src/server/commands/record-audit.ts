import { AuditEventModel } from "../../models/audit-event.ts";
import type { CommandContext } from "../command-context.ts";
import { insertLater } from "../insert-later.ts";

/** Every write's event: type → what it records. No personal data beyond ids: names are found through them. */
export interface AuditEvents {
  "session.started": { role: string };
  "session.ended": Record<string, never>;
  "session.refused": { reason: string };
  "session.role_switched": { roleKey: string };
  "account.phone_changed": Record<string, never>;
  "account.status_changed": { status: string };
  "captcha.sent": Record<string, never>;
  "password.changed": Record<string, never>;
  "password.phone_code_sent": Record<string, never>;
  "password.reset_by_phone": Record<string, never>;
  "password.reset_by_administrator": { personId: string } | { membershipId: string };
  "file.stored": { sha256: string; size: number; mimeType: string };
  "registration.submitted": { kind: string; receiptNumber: string; reviewerId: string };
  "registration.approved": { kind: string; createdId: string };
  "registration.rejected": { kind: string; reason: string };
  "registration.superior_changed": { registrationId: string; superiorId: string };
  "registration.withdrawn": { kind: string };
  "role.created": { modules: readonly string[] };
  "role.changed": { modules: readonly string[]; administrators: number };
  "role.deleted": Record<string, never>;
  "administrator.status_changed": { membershipId: string; status: string };
  "administrator.roles_changed": {
    membershipId: string;
    roleIds: readonly string[];
    departmentIds: readonly string[];
  };
  "administrator.removed": { membershipId: string; by: "deletion" | "transfer" | "take-over" };
  "administrator.super_transferred": { membershipId: string; formerAccountId: string };
  "administrator.super_appointed": {
    organizationId: string;
    membershipId: string;
    formerAccountId: string | null;
    letterFileId: string;
    reason: string;
  };
  "department.added": { organizationId: string; parentId: string | null };
  "department.changed": { parentId: string | null; order: number; renamed: boolean };
  "department.status_changed": { status: string };
  "department.deleted": { organizationId: string };
  "organization.data_saved": { fields: readonly string[] };
  "organization.review_right_changed": { closed: boolean; reason: string; movedTasks: number };
  "organization.reminded": { pending: number };
  "task.hidden": { taskId: string };
  "notification.read": { count: number };
  "administrator.added": {
    membershipId: string;
    roleIds: readonly string[];
    departmentIds: readonly string[];
  };
  "organization.created": { kind: string; regionCode: string };
  "person.created": { organizationId: string; by: "registration" | "import" | "seed" };
  "person.identity_revealed": { purpose: string };
  "task.decided": {
    taskId: string;
    instanceId: string;
    outcome: string;
    comment: string;
    attachments: string[];
    role: string;
    hours: { before: unknown; after: unknown } | null;
    /** packs that answered the process's rule tasks, as name and version */
    rules: readonly string[];
  };
  "declaration.submitted": {
    number: string;
    form: string;
    year: number;
    personId: string;
    instanceId: string;
    /** the conversion pack by which its hours were computed, and they */
    pack: string;
    hours: unknown;
  };
  "declaration.hours_changed": { from: unknown; to: unknown; reason: string };
  "declaration.credited": { year: number; hours: unknown; pack: string };
  "declaration.rejected": { reason: string };
  "declaration.resubmitted": { instanceId: string; pack: string; hours: unknown };
  "declaration.withdrawn": Record<string, never>;
  "declaration.cancelled": Record<string, never>;
  "declaration.revoked": { year: number; hours: unknown; reason: string };
  "registration_draft.created": { kind: string };
  "registration_draft.saved": { kind: string };
  "registration_draft.resumed": { kind: string };
  "registration_draft.deleted": { kind: string };
  "registration_draft.submitted": { kind: string };
  "registration_draft.expired": { kind: string };
  "upload.started": { size: number };
  "upload.cancelled": Record<string, never>;
  "draft.created": { kind: string };
  "draft.saved": { kind: string };
  "draft.deleted": { kind: string };
  "draft.submitted": { kind: string };
  "draft.expired": { kind: string };
  "application.submitted": { kind: string; number: string; instanceId: string; organizationId: string };
  "application.scheduled": { kind: string; number: string; organizationId: string };
  "application.started": { kind: string; reason: string | null };
  "application.resubmitted": { kind: string; reason: string | null };
  "application.approved": { kind: string; reason: string | null };
  "application.rejected": { kind: string; reason: string | null };
  "application.withdrawn": { kind: string; reason: string | null };
  "application.cancelled": { kind: string; reason: string | null };
  "application.revoked": { kind: string; reason: string | null };
  "person.changed": { applicationId: string | null; fields: string[] };
  "person.transferred": { applicationId: string; from: string; to: string };
  "person.deregistered": { applicationId: string; reason: string };
  "person.reactivated": { reason: string; attachments: string[] };
  "transfer.escalated": { to: string };
  "transfer.objected": { reason: string };
  "plan.completed": { number: string };
  "declaration.objected": { reason: string };
  "class.hours_set": { from: number; to: number; reason: string };
  "class.declarations_retried": { people: number };
  "organization.changed": { applicationId: string; mode: string; fields: readonly string[] };
  "organization.superior_changed": {
    applicationId: string;
    fromId: string | null;
    toId: string;
    organizations: number;
    people: number;
  };
  "organization.change_allowed": { kind: string; reason: string };
  "organization.closed": { applicationId: string };
  "organization.merged": {
    applicationId: string;
    targetId: string;
    people: number;
    departments: number;
    subordinates: number;
    plans: number;
  };
  "organization.code_released": { reason: string };
  "organization.talent_pool_set": { regionCode: string; isPool: boolean; reason: string };
  "ledger.rebuilt": { years: readonly number[]; reason: string };
  "ledger.repaired": { year: number; difference: string };
  "year.followed_policy": { year: number; difference: string; packId: string; packVersion: string };
  "credits.history_imported": { source: string; rows: number };
  "records.exported": { list: string; rows: number; filters: readonly string[] };
  "import.started": { fileName: string; dryRun: boolean };
  "import.finished": { created: number; updated: number; failed: number };
  "certificate.issued": { number: string; edition: number; years: number[] };
  "certificate.printed": { number: string };
  "certificate.revoked": { number: string; reason: string };
  "policy.drafted": { packId: string; sha256: string };
  "policy.draft_removed": { packId: string };
  "make-up-window.opened": {
    target: string;
    targetId: string;
    year: number;
    from: string;
    to: string;
    reason: string;
  };
  "make-up-window.closed": { year: number; reason: string };
  "policy.published": { packId: string; packVersion: string; sha256: string; note: string };
  "policy.rolled_back": { packId: string; packVersion: string; sha256: string; note: string };
  "definition.drafted": { key: string; sha256: string };
  "definition.draft_removed": { key: string };
  "definition.published": { key: string; versionNumber: number; sha256: string; note: string };
  "definition.rolled_back": { key: string; versionNumber: number; sha256: string; note: string };
  "task.reminded": { taskId: string; percent: number; holder: string; escalatedTo: string | null };
  "instance.urged": { holders: readonly string[] };
  "instance.cancelled": { processKey: string; businessId: string; reason: string };
  "instance.timer_fired": { key: string; processKey: string; open: readonly string[] };
  "instance.timer_retried": { timerId: string; key: string; attempts: number; reason: string };
  "instance.repaired": { opened: readonly string[]; closed: readonly string[]; timers: readonly string[] };
  "instance.given_up": { taskId: string };
  "task.reassigned": { taskId: string; from: string; to: string; reason: string };
  "job.retried": { kind: string; problem: string | null; reason: string };
  "instance.moved": { key: string; toVersion: number; from: string; to: string; reason: string };
  "database.filling": { seed: string };
  "database.filled": { seed: string };
}

export type AuditEventType = keyof AuditEvents;

/** Writes one typed event in the command's transaction (style rule 11). The sealing job chains it afterwards. */
export async function recordAudit<Type extends AuditEventType>(
  ctx: CommandContext,
  type: Type,
  event: { subjectId: string | null; data: AuditEvents[Type] },
): Promise<void> {
  await insertLater(ctx, AuditEventModel, {
    _id: ctx.newId(),
    type,
    at: ctx.clock.now(),
    actorId: ctx.actor?.accountId ?? null,
    actorName: ctx.actor?.name ?? "系统",
    organizationId: ctx.actor?.organizationId ?? null,
    organizationName: ctx.actor?.organizationName ?? null,
    requestId: ctx.requestId,
    subjectId: event.subjectId,
    data: { ...event.data },
    sequence: null,
    hash: null,
    sealed: false,
    version: 0,
  });
}
