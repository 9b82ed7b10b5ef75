import type { ServiceCommands } from "./command-context.ts";
import { creditHours } from "./commands/declarations/credit-hours.ts";
import { releaseDeclaration } from "./commands/declarations/release-declaration.ts";
import { returnDeclaration } from "./commands/declarations/return-declaration.ts";

/** The commands behind BPMN service tasks, by the name that definitions use (`${environment.services.<name>}`). */
export const serviceCommands: ServiceCommands = {
  creditHours,
  returnDeclaration,
  withdrawDeclaration: releaseDeclaration,
};
