import { type Doc, docOf, integer, isDoc, type Value } from "../bson/values.ts";
import { notImplemented } from "../errors.ts";
import { parseStages, splitHead } from "../aggregate/pipeline.ts";
import { filterOf, findRows, type FindSpec } from "../query/find.ts";
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
  hintOf,
  openView,
  visibleCollection,
} from "./context.ts";

/** `explain` of find, count, distinct, aggregate, update, delete and findAndModify: the plan, and what it examined. */
export async function explain(command: Command): Promise<Doc> {
  const inner = docField(command.body, "explain");
  const [name] = inner.keys();
  checkCommandFields(name ?? "", inner);
  const target = `${command.database}.${String(inner.get(name ?? ""))}`;
  const request = requestOf(name ?? "", inner);
  const collection = visibleCollection(command, target);
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
  const sorted = spec.sort.length === 0 || plan.kind === "nothing" || (plan.kind !== "or" && plan.sorted);
  return sorted
    ? access
    : docOf({
        stage: "SORT",
        sortPattern: new Map(spec.sort.map(({ path, descending }) => [path, integer(descending ? -1 : 1)])),
        inputStage: access,
      });
}

function accessOf(plan: Plan): Doc {
  switch (plan.kind) {
    case "nothing":
      return docOf({ stage: "EOF" });
    case "or":
      return docOf({ stage: "OR", inputStages: plan.branches.map(accessOf) });
    case "collection":
      if (!plan.bounded)
        return docOf({ stage: "COLLSCAN", direction: plan.range.reverse ? "backward" : "forward" });
      return docOf({
        stage: "FETCH",
        inputStage: docOf({
          stage: "IXSCAN",
          indexName: "_id_",
          keyPattern: docOf({ _id: integer(1) }),
          direction: plan.range.reverse ? "backward" : "forward",
        }),
      });
    case "index":
      return docOf({
        stage: "FETCH",
        inputStage: docOf({
          stage: "IXSCAN",
          indexName: plan.index.name,
          keyPattern: plan.index.key,
          isMultiKey: plan.index.multikey,
          isUnique: plan.index.unique,
          isSparse: plan.index.sparse,
          isPartial: plan.index.filter !== null,
          direction: plan.ranges[0]?.reverse ? "backward" : "forward",
          ranges: integer(plan.ranges.length),
        }),
      });
  }
}
