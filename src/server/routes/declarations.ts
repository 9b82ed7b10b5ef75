import * as changes from "../../shared/contracts/declaration-changes.ts";
import * as contracts from "../../shared/contracts/declarations.ts";
import { revokeDeclaration } from "../commands/credits/revoke-declaration.ts";
import { objectToDeclaration } from "../commands/declarations/object-to-declaration.ts";
import { resubmitDeclaration } from "../commands/declarations/resubmit-declaration.ts";
import { submitDeclarations } from "../commands/declarations/submit-declarations.ts";
import { withdrawDeclaration } from "../commands/declarations/withdraw-declaration.ts";
import { command, query } from "../http/endpoint.ts";
import {
  presentAssessment,
  presentCorrected,
  presentDeclaration,
  presentDeclarations,
  presentForms,
  presentRoutePreview,
  presentSubmitted,
} from "../presenters/declaration.ts";
import { calculateHours } from "../queries/declarations/calculate-hours.ts";
import { getDeclaration } from "../queries/declarations/get-declaration.ts";
import { listDeclarations } from "../queries/declarations/list-declarations.ts";
import { listForms } from "../queries/declarations/list-forms.ts";
import { previewRoute } from "../queries/declarations/preview-route.ts";

export const declarationRoutes = [
  query(contracts.listForms, listForms, presentForms),
  query(contracts.calculateHours, calculateHours, presentAssessment),
  query(contracts.previewRoute, previewRoute, presentRoutePreview),
  command(contracts.submitDeclarations, submitDeclarations, presentSubmitted),
  query(contracts.listDeclarations, listDeclarations, presentDeclarations),
  query(contracts.getDeclaration, getDeclaration, presentDeclaration),
  command(changes.revokeDeclaration, revokeDeclaration),
  command(changes.withdrawDeclaration, withdrawDeclaration),
  command(changes.objectToDeclaration, objectToDeclaration),
  command(changes.resubmitDeclaration, resubmitDeclaration, presentCorrected),
];
