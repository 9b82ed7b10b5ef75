import * as contracts from "../../shared/contracts/platform.ts";
import { storeFile } from "../commands/platform/store-file.ts";
import { orchestration, query } from "../http/endpoint.ts";
import { presentAuditEvents } from "../presenters/audit-event.ts";
import { presentFile, presentStoredFile } from "../presenters/file.ts";
import { getFile } from "../queries/platform/get-file.ts";
import { getPlatform } from "../queries/platform/get-platform.ts";
import { listAuditEvents } from "../queries/platform/list-audit-events.ts";

/** The platform itself, files and the audit trail. */
export const platformRoutes = [
  query(contracts.getPlatform, getPlatform),
  orchestration(contracts.uploadFile, storeFile, presentStoredFile),
  query(contracts.getFile, getFile, presentFile),
  query(contracts.listAuditEvents, listAuditEvents, presentAuditEvents),
];
