import * as contracts from "../../shared/contracts/applications.ts";
import { withdrawApplication } from "../commands/applications/withdraw-application.ts";
import { command, query } from "../http/endpoint.ts";
import { presentApplication, presentApplications } from "../presenters/application.ts";
import { getApplication } from "../queries/applications/get-application.ts";
import { listApplications } from "../queries/applications/list-applications.ts";
import { presentRoutePreview } from "../presenters/declaration.ts";
import { previewApplicationRoute } from "../queries/applications/preview-application-route.ts";
import { listBlockingItems } from "../queries/applications/list-blocking-items.ts";

export const applicationRoutes = [
  query(contracts.listBlockingItems, listBlockingItems),
  query(contracts.previewApplicationRoute, previewApplicationRoute, presentRoutePreview),
  query(contracts.listApplications, listApplications, presentApplications),
  query(contracts.getApplication, getApplication, presentApplication),
  command(contracts.withdrawApplication, withdrawApplication),
];
