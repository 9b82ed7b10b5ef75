import { parseStages, splitHead } from "../aggregate/pipeline.ts";
import { type Doc, docOf, integer } from "../bson/values.ts";
import { notImplemented } from "../errors.ts";
import { findRows, type FindSpec } from "../query/find.ts";
import type { Walk } from "../query/fit.ts";
import type { Plan } from "../query/planner.ts";
import { parseSort } from "../query/sort.ts";
import { pull } from "../query/stream.ts";
import { closeView, type Command, docField, docList, findSpec, openView } from "./context.ts";
import { checkCommandFields } from "./fields.ts";
import { queryOf } from "./read.ts";

/** `explain` of find, count, distinct and aggregate: the plan, and what it examined. */
export async function explain(asked: Command): Promise<Doc> {
  const body = docField(asked.body, "explain");
  const name = body.keys().next().value ?? "";
  checkCommandFields(name, body);
  const command = { ...asked, name, body };
  const spec = specOf(command);
  const view = openView(command);
  try {
    const started = performance.now();
    const { plan, examined, rows } = findRows(spec, view);
    const { namespace } = spec.collection;
    const queryPlanner = docOf({ namespace, winningPlan: planStage(plan, spec) });
    if (asked.body.get("verbosity") === "queryPlanner") return docOf({ explainVersion: "1", queryPlanner });
    let returned = 0;
    await pull(rows, () => returned++, command.deadline);
    const executionStats = docOf({
      executionSuccess: true,
      nReturned: integer(returned),
      executionTimeMillis: integer(Math.round(performance.now() - started)),
      totalKeysExamined: integer(examined.keys),
      totalDocsExamined: integer(examined.docs),
    });
    return docOf({ explainVersion: "1", queryPlanner, executionStats });
  } finally {
    closeView(command, view);
  }
}

function specOf(command: Command): FindSpec {
  const { name, body } = command;
  if (name === "find") return queryOf(command);
  const hint = body.get("hint");
  if (name === "count" || name === "distinct") return findSpec(command, docField(body, "query"), { hint });
  if (name !== "aggregate") throw notImplemented(`explain of ${name}`);
  const { filter, sort, limit } = splitHead(parseStages(docList(body, "pipeline"))).head;
  return findSpec(command, filter, { hint, sort: parseSort(sort), limit });
}

function planStage({ walks, sorted }: Plan, { sort }: FindSpec): Doc {
  const stages = walks.map(walkStage);
  const [stage = docOf({ stage: "EOF" }), ...more] = stages;
  const inputStage = more.length > 0 ? docOf({ stage: "OR", inputStages: stages }) : stage;
  if (sort.length === 0 || sorted) return inputStage;
  const sortPattern = new Map(sort.map(({ path, descending }) => [path, integer(descending ? -1 : 1)]));
  return docOf({ stage: "SORT", sortPattern, inputStage });
}

function walkStage({ index, ranges, bounded }: Walk): Doc {
  const direction = ranges[0]?.reverse ? "backward" : "forward";
  if (index.documents && !bounded) return docOf({ stage: "COLLSCAN", direction });
  const { name: indexName, key: keyPattern, multikey: isMultiKey } = index;
  const inputStage = docOf({ stage: "IXSCAN", indexName, keyPattern, isMultiKey, direction });
  return docOf({ stage: "FETCH", inputStage });
}
