import * as contracts from "../../shared/contracts/subordinates.ts";
import { remindSubordinate } from "../commands/subordinates/remind-subordinate.ts";
import { setReviewRight } from "../commands/subordinates/set-review-right.ts";
import { command, query } from "../http/endpoint.ts";
import { presentReminder, presentReviewRight, presentSubordinates } from "../presenters/subordinate.ts";
import { listOwnSubordinates } from "../queries/subordinates/list-own-subordinates.ts";

/** 管理下级单位. */
export const subordinateRoutes = [
  query(contracts.listOwnSubordinates, listOwnSubordinates, presentSubordinates),
  command(contracts.setReviewRight, setReviewRight, presentReviewRight),
  command(contracts.remindSubordinate, remindSubordinate, presentReminder),
];
