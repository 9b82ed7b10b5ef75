import type { AuditEvent } from "../../models/audit-event.ts";
import type { ResponseOf } from "../../shared/contracts/endpoint.ts";
import type { listAuditEvents } from "../../shared/contracts/platform.ts";
import { auditEventNames } from "../../shared/dictionaries/audit-event-names.ts";
import type { AuditEventType } from "../commands/record-audit.ts";
import type { Page } from "../queries/page.ts";

// Every event has a name: one without would not compile.
const names: Readonly<Record<string, string>> = auditEventNames satisfies Record<AuditEventType, string>;

/** A page of audit events as an auditor sees them. */
export function presentAuditEvents(page: Page<AuditEvent>): ResponseOf<typeof listAuditEvents> {
  return {
    ...page,
    rows: page.rows.map((event) => ({
      id: event._id,
      at: event.at.toISOString(),
      type: event.type,
      typeName: names[event.type] ?? event.type,
      actorName: event.actorName,
      organizationName: event.organizationName,
      subjectId: event.subjectId,
      data: event.data,
      sealed: event.sequence !== null,
    })),
  };
}
