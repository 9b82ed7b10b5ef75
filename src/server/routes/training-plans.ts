import * as hours from "../../shared/contracts/plan-declarations.ts";
import * as contracts from "../../shared/contracts/training-plans.ts";
import { amendTrainingPlan } from "../commands/training-plans/amend-training-plan.ts";
import { completeTrainingPlan } from "../commands/training-plans/complete-training-plan.ts";
import { resubmitPlanDeclaration } from "../commands/training-plans/resubmit-plan-declaration.ts";
import { resubmitTrainingPlan } from "../commands/training-plans/resubmit-training-plan.ts";
import { submitPlanDeclaration } from "../commands/training-plans/submit-plan-declaration.ts";
import { submitTrainingPlan } from "../commands/training-plans/submit-training-plan.ts";
import { command, query } from "../http/endpoint.ts";
import { presentSubmittedApplication } from "../presenters/application.ts";
import {
  presentPlanDeclarations,
  presentPlanParticipants,
  presentTrainingPlan,
  presentTrainingPlans,
} from "../presenters/training-plan.ts";
import { getTrainingPlan } from "../queries/training-plans/get-training-plan.ts";
import { listPlanDeclarations } from "../queries/training-plans/list-plan-declarations.ts";
import { listPlanParticipants } from "../queries/training-plans/list-plan-participants.ts";
import { listTrainingPlans } from "../queries/training-plans/list-training-plans.ts";

export const trainingPlanRoutes = [
  query(contracts.listTrainingPlans, listTrainingPlans, presentTrainingPlans),
  query(contracts.getTrainingPlan, getTrainingPlan, presentTrainingPlan),
  command(contracts.submitTrainingPlan, submitTrainingPlan, presentSubmittedApplication),
  command(contracts.resubmitTrainingPlan, resubmitTrainingPlan, presentSubmittedApplication),
  command(contracts.amendTrainingPlan, amendTrainingPlan, presentSubmittedApplication),
  command(contracts.completeTrainingPlan, completeTrainingPlan),
  command(hours.submitPlanDeclaration, submitPlanDeclaration, presentSubmittedApplication),
  command(hours.resubmitPlanDeclaration, resubmitPlanDeclaration, presentSubmittedApplication),
  query(hours.listPlanDeclarations, listPlanDeclarations, presentPlanDeclarations),
  query(hours.listPlanParticipants, listPlanParticipants, presentPlanParticipants),
];
