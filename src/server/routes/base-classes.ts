import * as contracts from "../../shared/contracts/base-classes.ts";
import { resubmitBaseClass } from "../commands/base-classes/resubmit-base-class.ts";
import { retryClassDeclarations } from "../commands/base-classes/retry-class-declarations.ts";
import { submitBaseClass } from "../commands/base-classes/submit-base-class.ts";
import { command, query } from "../http/endpoint.ts";
import { presentSubmittedApplication } from "../presenters/application.ts";
import { presentBaseClass, presentClassParticipants } from "../presenters/base-class.ts";
import { checkClassRoster } from "../queries/base-classes/check-class-roster.ts";
import { getBaseClass } from "../queries/base-classes/get-base-class.ts";
import { getRosterTemplate } from "../queries/base-classes/get-roster-template.ts";
import { listClassParticipants } from "../queries/base-classes/list-class-participants.ts";
import { readClassRoster } from "../queries/base-classes/read-class-roster.ts";

export const baseClassRoutes = [
  query(contracts.checkClassRoster, checkClassRoster),
  query(contracts.getRosterTemplate, getRosterTemplate),
  query(contracts.readClassRoster, readClassRoster),
  command(contracts.submitBaseClass, submitBaseClass, presentSubmittedApplication),
  command(contracts.resubmitBaseClass, resubmitBaseClass, presentSubmittedApplication),
  query(contracts.getBaseClass, getBaseClass, presentBaseClass),
  query(contracts.listClassParticipants, listClassParticipants, presentClassParticipants),
  command(contracts.retryClassDeclarations, retryClassDeclarations),
];
