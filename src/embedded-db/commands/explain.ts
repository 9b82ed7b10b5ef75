import { type Doc, docOf, integer, isDoc, type Value } from "../bson/values.ts";
import { notImplemented } from "../errors.ts";
import { parseStages, splitHead } from "../aggregate/pipeline.ts";
import { filterOf, findRows, type FindSpec } from "../query/find.ts";
import type { Walk } from "../query/fit.ts";
import type { Plan } from "../query/plan.ts";
import type { Row } from "../query/scan.ts";
import { parseSort } from "../query/sort.ts";
import { pull } from "../query/stream.ts";
import type { View } from "../storage/view.ts";
import { checkCommandFields } from "./fields.ts";
import {
  closeView,
  type Command,
  countField,
  docField,
  findCollection,
  hintOf,
  openView,
} from "./context.ts";

/** `explain` of find, count, distinct, aggregate, update, delete and findAndModify: the plan, and what it examined. */
export async function explain(command: Command): Promise<Doc> {
  const inner = docField(command.body, "explain");
  const [name] = inner.keys();
  checkCommandFields(name ?? "", inner);
  const target = `${command.database}.${String(inner.get(name ?? ""))}`;
  const request = requestOf(name ?? "", inner);
  const collection = findCollection(command, target);
  const filter = filterOf(request.filter, command.variables);
  if (!collection)
    return docOf({ queryPlanner: docOf({ namespace: target, winningPlan: docOf({ stage: "EOF" }) }) });
  const spec: FindSpec = {
    collection,
    filter,
    sort: parseSort(request.sort),
    skip: request.skip,
    limit: request.limit,
    hint: hintOf(inner.get("hint"), collection),
  };
  const view = openView(command);
  try {
    return await report(command, { spec, view, request });
  } finally {
    closeView(command, view);
  }
}

async function report(
  command: Command,
  { spec, view, request }: { spec: FindSpec; view: View; request: Request },
): Promise<Doc> {
  const started = performance.now();
  const { plan, examined, rows } = findRows(spec, view);
  const planner = docOf({
    namespace: spec.collection.namespace,
    parsedQuery: request.filter,
    winningPlan: describePlan(plan, spec),
  });
  const verbosity = command.body.get("verbosity");
  if (verbosity === "queryPlanner") return docOf({ explainVersion: "1", queryPlanner: planner });
  let returned = 0;
  await pull<Row>(rows, (list) => {
    returned += list.length;
    list.length = 0;
    return false;
  });
  const stats = docOf({
    executionSuccess: true,
    nReturned: integer(returned),
    executionTimeMillis: integer(Math.round(performance.now() - started)),
    totalKeysExamined: integer(examined.keys),
    totalDocsExamined: integer(examined.docs),
  });
  return docOf({ explainVersion: "1", queryPlanner: planner, executionStats: stats });
}

interface Request {
  filter: Doc;
  sort: Value | undefined;
  skip: number;
  limit: number;
}

function requestOf(name: string, inner: Doc): Request {
  const plain = { sort: undefined, skip: 0, limit: 0 };
  const first = (list: string): Doc => {
    const items = inner.get(list);
    const item = Array.isArray(items) ? items[0] : null;
    return isDoc(item ?? null) ? docField(item as Doc, "q") : new Map();
  };
  switch (name) {
    case "find":
      return {
        filter: docField(inner, "filter"),
        sort: inner.get("sort"),
        skip: countField(inner, "skip", 0),
        limit: countField(inner, "limit", 0),
      };
    case "count":
    case "distinct":
      return { ...plain, filter: docField(inner, "query") };
    case "findAndModify":
      return { ...plain, filter: docField(inner, "query"), sort: inner.get("sort"), limit: 1 };
    case "update":
      return { ...plain, filter: first("updates") };
    case "delete":
      return { ...plain, filter: first("deletes") };
    case "aggregate": {
      const { head } = splitHead(parseStages(inner.get("pipeline") as Value[]));
      return { filter: head.filter, sort: head.sort ?? undefined, skip: 0, limit: head.limit };
    }
    default:
      throw notImplemented(`explain of ${name}`);
  }
}

function describePlan(plan: Plan, spec: FindSpec): Doc {
  const access = accessOf(plan);
  return spec.sort.length === 0 || plan.sorted
    ? access
    : docOf({
        stage: "SORT",
        sortPattern: new Map(spec.sort.map(({ path, descending }) => [path, integer(descending ? -1 : 1)])),
        inputStage: access,
      });
}

function accessOf({ walks }: Plan): Doc {
  if (walks.length === 0) return docOf({ stage: "EOF" });
  const stages = walks.map(describeWalk);
  return stages.length === 1 ? (stages[0] as Doc) : docOf({ stage: "OR", inputStages: stages });
}

function describeWalk({ index, ranges, bounded }: Walk): Doc {
  const direction = ranges[0]?.reverse ? "backward" : "forward";
  if (index.documents && !bounded) return docOf({ stage: "COLLSCAN", direction });
  const inputStage = docOf({
    stage: "IXSCAN",
    indexName: index.name,
    keyPattern: index.key,
    isMultiKey: index.multikey,
    isUnique: index.unique,
    isSparse: index.sparse,
    isPartial: index.filter !== null,
    direction,
    ranges: integer(ranges.length),
  });
  return docOf({ stage: "FETCH", inputStage });
}
