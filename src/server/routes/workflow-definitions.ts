import * as contracts from "../../shared/contracts/workflow-definitions.ts";
import { deleteDefinitionDraft } from "../commands/workflow-definitions/delete-definition-draft.ts";
import { moveInstances } from "../commands/workflow-definitions/move-instances.ts";
import { publishDefinition } from "../commands/workflow-definitions/publish-definition.ts";
import { rollBackDefinition } from "../commands/workflow-definitions/roll-back-definition.ts";
import { saveDefinitionDraft } from "../commands/workflow-definitions/save-definition-draft.ts";
import { command, orchestration, query } from "../http/endpoint.ts";
import {
  presentDefinitionCheck,
  presentDefinitionDraft,
  presentDefinitions,
  presentDefinitionVersion,
  presentDefinitionVersions,
  presentDefinitionXml,
  presentMoveResults,
  presentMoves,
  presentPositions,
} from "../presenters/workflow-definition.ts";
import { checkDefinition } from "../queries/workflow-definitions/check-definition.ts";
import { getDefinitionDraft } from "../queries/workflow-definitions/get-definition-draft.ts";
import { getDefinitionVersion } from "../queries/workflow-definitions/get-definition-version.ts";
import { listDefinitionVersions } from "../queries/workflow-definitions/list-definition-versions.ts";
import { listWorkflowDefinitions } from "../queries/workflow-definitions/list-workflow-definitions.ts";
import { previewDefinitionPositions } from "../queries/workflow-definitions/preview-definition-positions.ts";
import { previewInstanceMoves } from "../queries/workflow-definitions/preview-instance-moves.ts";

/** Process definitions for policy staff. */
export const workflowDefinitionRoutes = [
  query(contracts.listWorkflowDefinitions, listWorkflowDefinitions, presentDefinitions),
  query(contracts.listDefinitionVersions, listDefinitionVersions, presentDefinitionVersions),
  query(contracts.getDefinitionVersion, getDefinitionVersion, presentDefinitionXml),
  query(contracts.getDefinitionDraft, getDefinitionDraft, presentDefinitionDraft),
  command(contracts.saveDefinitionDraft, saveDefinitionDraft, presentDefinitionDraft),
  command(contracts.deleteDefinitionDraft, deleteDefinitionDraft),
  query(contracts.checkDefinition, checkDefinition, presentDefinitionCheck),
  query(contracts.previewDefinitionPositions, previewDefinitionPositions, presentPositions),
  orchestration(contracts.publishDefinition, publishDefinition, presentDefinitionVersion),
  orchestration(contracts.rollBackDefinition, rollBackDefinition, presentDefinitionVersion),
  query(contracts.previewInstanceMoves, previewInstanceMoves, presentMoves),
  orchestration(contracts.moveInstances, moveInstances, presentMoveResults),
];
