import type { HoursRequest } from "../../src/rules/evaluate-hours.ts";
import type { LoadedPack } from "../../src/rules/load-packs.ts";

const fields = ["form", "level", "group", "journal", "type", "rank", "presented", "supplement", "endorsed"];
/** A row without a cell for every input never matches. */
const blank = Object.fromEntries(fields.map((field) => [field, ""]));

type Row = Record<string, string>;

/** The nine sampled forms as one decision table in the JSON model of `@gorules/zen-engine`. */
export function zenModel(pack: LoadedPack): object {
  const rows = [
    row({ form: "03a" }, `passedCourses * ${cell(pack, "courseHours")}`),
    ...conferenceRows(pack),
    ...["national", "provincial"].flatMap((level) =>
      ["main", "sub"].flatMap((group) =>
        ranks((rank) => row({ form: "05", level, group, rank }, cell(pack, "project", level, group, rank))),
      ),
    ),
    ...["foreign-or-national-society", "provincial-core", "issn-and-cn"].flatMap((journal) =>
      ranks((rank) =>
        row({ form: "06b", journal, rank, supplement: "false" }, cell(pack, "paper", journal, rank)),
      ),
    ),
    ...["invention", "utility-model", "design"].flatMap((type) =>
      ranks((rank) => row({ form: "07", type, rank }, cell(pack, "patent", type, rank))),
    ),
    ...["national", "ministerial"].flatMap((level) =>
      ranks((rank) => row({ form: "08", level, rank }, cell(pack, "award", level, rank))),
    ),
    ...["senior", "intermediate", "junior", "practice"].map((type) =>
      row({ form: "09", type }, cell(pack, "exam", type)),
    ),
    row({ form: "10", endorsed: "true" }, cell(pack, "report")),
    row({ form: "12" }, `days * ${cell(pack, "servicePerDay")}`),
  ];
  const inputs = fields.map((field) => ({ id: field, name: field, field }));
  return {
    nodes: [
      { id: "in", type: "inputNode", name: "in", position: { x: 0, y: 0 } },
      {
        id: "table",
        type: "decisionTableNode",
        name: "table",
        position: { x: 0, y: 0 },
        content: {
          hitPolicy: "first",
          inputs,
          outputs: [{ id: "hours", name: "hours", field: "hours" }],
          rules: rows.map((one, index) => ({ _id: String(index), ...one })),
        },
      },
      { id: "out", type: "outputNode", name: "out", position: { x: 0, y: 0 } },
    ],
    edges: [
      { id: "1", sourceId: "in", targetId: "table", type: "edge" },
      { id: "2", sourceId: "table", targetId: "out", type: "edge" },
    ],
  };
}

/** What the decision table gets for a request. */
export function zenInput(request: HoursRequest): object {
  return { form: request.form, ...request.facts };
}

function conferenceRows(pack: LoadedPack): Row[] {
  return ["ministry", "province"].flatMap((level) => {
    const perDay = cell(pack, "conferencePerDay", level);
    const bonus = cell(pack, "conferencePresenter", level);
    return [
      row({ form: "04", level, presented: "true" }, `days * ${perDay} + ${bonus}`),
      row({ form: "04", level, presented: "false" }, `days * ${perDay}`),
    ];
  });
}

function ranks(of: (rank: string) => Row): Row[] {
  return ["1", "2", "3"].map(of);
}

function row(inputs: Row, hours: string): Row {
  const literal = (value: string): string => (/^(\d+|true|false)$/.test(value) ? value : `"${value}"`);
  const cells = Object.entries(inputs).map(([name, value]) => [
    name,
    name === "form" ? `"${value}"` : literal(value),
  ]);
  return { ...blank, ...Object.fromEntries(cells), hours };
}

function cell(pack: LoadedPack, table: string, ...keys: string[]): string {
  let node: unknown = pack.pack.tables?.[table]?.rows.at(-1)?.values;
  for (const key of keys) node = Array.isArray(node) ? node[Number(key) - 1] : Reflect.get(Object(node), key);
  return String(node);
}
