import {
  getImport as getImportContract,
  getImportErrors as getImportErrorsContract,
  getImportTemplate as getImportTemplateContract,
  listImports as listImportsContract,
  startPeopleImport as startPeopleImportContract,
} from "../../shared/contracts/imports.ts";
import { startPeopleImport } from "../commands/imports/start-people-import.ts";
import { orchestration, query } from "../http/endpoint.ts";
import { presentImport, presentImports } from "../presenters/people-import.ts";
import { getImport, getImportErrors } from "../queries/imports/get-import.ts";
import { getImportTemplate } from "../queries/imports/get-import-template.ts";
import { listImports } from "../queries/imports/list-imports.ts";

export const importRoutes = [
  query(getImportTemplateContract, getImportTemplate),
  orchestration(startPeopleImportContract, startPeopleImport, presentImport),
  query(listImportsContract, listImports, presentImports),
  query(getImportContract, getImport, presentImport),
  query(getImportErrorsContract, getImportErrors),
];
