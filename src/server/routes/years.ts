import { importCreditHistory as importContract } from "../../shared/contracts/imports.ts";
import * as ledger from "../../shared/contracts/ledger.ts";
import { listYears as yearsContract } from "../../shared/contracts/people.ts";
import { rebuildPersonLedger } from "../commands/credits/rebuild-person-ledger.ts";
import { importCreditHistory } from "../commands/people/import-credit-history.ts";
import { command, query } from "../http/endpoint.ts";
import { presentYears } from "../presenters/year.ts";
import { checkPersonLedger } from "../queries/people/check-person-ledger.ts";
import { listYears } from "../queries/people/list-years.ts";

export const yearRoutes = [
  query(yearsContract, listYears, presentYears),
  command(importContract, importCreditHistory),
  query(ledger.checkPersonLedger, checkPersonLedger),
  command(ledger.rebuildPersonLedger, rebuildPersonLedger),
];
