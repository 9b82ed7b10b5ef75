import { readFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { annualRequirement } from "../../src/rules/annual-requirement.ts";
import { checkPack } from "../../src/rules/check-pack.ts";
import { evaluateHours } from "../../src/rules/evaluate-hours.ts";
import { formDefinitions } from "../../src/rules/form-definition.ts";
import { defaultPacks, packsFolder, type RulePacks, withPack } from "../../src/rules/load-packs.ts";
import { packJsonSchema } from "../../src/rules/pack-json-schema.ts";
import { renderTrace } from "../../src/rules/render-trace.ts";
import { projectRoot } from "../../src/shared/project-root.ts";

const manual = readFileSync(join(projectRoot(), "docs/policy-packs.md"), "utf8");

interface Step {
  readonly target: string;
  readonly action: string;
  readonly pointer: string;
  readonly json: unknown;
}

/** The edits that the manual shows: a comment names the place, the JSON below it is the edit. */
const steps: Step[] = [
  ...manual.matchAll(/<!-- replay: (\S+) (\S+) ?(\S*) -->\n```json\n([\s\S]*?)\n```/g),
].map(([, target = "", action = "", pointer = "", json = ""]) => ({
  target,
  action,
  pointer,
  json: JSON.parse(json),
}));

function read(pack: string): unknown {
  return JSON.parse(readFileSync(join(packsFolder(), `${pack}.json`), "utf8"));
}

function edit(root: unknown, step: Step): void {
  const path = step.pointer.split("/").slice(1);
  const last = step.action === "append" ? undefined : path.pop();
  let node: unknown = root;
  for (const key of path) {
    if (typeof node !== "object" || node === null || !Object.hasOwn(node, key))
      throw new Error(`no ${step.pointer}`);
    node = Reflect.get(node, key);
  }
  if (last === undefined) {
    if (!Array.isArray(node)) throw new Error(`no list at ${step.pointer}`);
    node.push(step.json);
  } else if (typeof node === "object" && node !== null) Reflect.set(node, last, step.json);
}

function edited(pack: string, without: (step: Step) => boolean = () => false): string {
  const root = read(pack);
  for (const step of steps.filter((one) => one.target === pack && !without(one))) edit(root, step);
  return JSON.stringify(root, null, 2);
}

function published(text: string): RulePacks {
  const { findings, loaded } = checkPack(defaultPacks(), text, "manual");
  expect(findings).toEqual([]);
  if (loaded === null) throw new Error("refused");
  return withPack(defaultPacks(), loaded);
}

describe("the manual for policy staff", () => {
  it("shows three worked examples", () => {
    expect(new Set(steps.map((step) => step.target))).toEqual(
      new Set(["annual-requirement", "conversion", "file"]),
    );
  });

  describe("example one: next year's requirement", () => {
    it("passes every check", () => {
      const packs = published(edited("annual-requirement"));
      const person = { titleLevel: "senior", region: "410105" } as const;
      expect(annualRequirement(packs, { ...person, year: 2027 })).toMatchObject({
        total: 96,
        professional: 66,
      });
      expect(annualRequirement(packs, { ...person, year: 2026 })).toMatchObject({
        total: 90,
        professional: 60,
      });
    });

    it("reports the overlap that the manual quotes when step 3 is forgotten", () => {
      const text = edited("annual-requirement", (step) => step.pointer.endsWith("/4/to"));
      const { findings, loaded } = checkPack(defaultPacks(), text, "manual");
      expect(loaded).toBeNull();
      expect(findings.map((finding) => finding.message).join()).toContain(
        "2027 年：同时成立：2018 年起、2027 年起",
      );
    });

    it("reports the gap that the manual quotes when step 3 says 2025", () => {
      const text = edited("annual-requirement").replace('"to": 2026', '"to": 2025');
      const { findings } = checkPack(defaultPacks(), text, "manual");
      expect(findings.map((finding) => finding.message).join()).toContain("2026 年：没有适用的规则");
    });
  });

  describe("example two: a learning form", () => {
    it("appears in the declaration page of 2027, not of 2026", () => {
      const packs = published(edited("conversion"));
      const titles = (year: number): string[] => formDefinitions(packs, { year }).map((form) => form.title);
      expect(titles(2027)).toContain("科普讲座");
      expect(titles(2026)).not.toContain("科普讲座");
    });

    it("explains itself as the manual says", () => {
      const packs = published(edited("conversion"));
      const facts = { role: "speaker", lectures: 3 };
      const { trace } = evaluateHours(packs, { form: "18", year: 2027, facts });
      expect(manual).toContain(`「${renderTrace(trace)}」`);
    });
  });

  describe("example three: a city's local form", () => {
    const text = JSON.stringify(steps.find((step) => step.target === "file")?.json, null, 2);

    it("gives hours beside the shipped local pack", () => {
      const packs = published(text);
      expect(packs.local.map((one) => one.ref.id)).toEqual(["henan.local-rules", "luoyang.local-rules"]);
      const facts = { localRule: "luoyang-referee", days: 2, contestName: "焊接" };
      expect(evaluateHours(packs, { form: "13", year: 2027, facts }).hours).toEqual({
        public: 0,
        professional: 12,
      });
    });

    it("is one more form 13 in the declaration page", () => {
      const forms = formDefinitions(published(text), { year: 2027 }).filter((form) => form.id === "13");
      expect(forms.map((form) => [form.title, form.localRule])).toEqual([
        ["技能竞赛裁判", "luoyang-referee"],
      ]);
    });

    it("is refused to declarants before it is filed", () => {
      const draft = text.replace(/"filing": \{[^}]*\}/, '"filing": { "status": "unfiled" }');
      const { findings } = checkPack(defaultPacks(), draft, "manual");
      expect(findings.map((finding) => finding.code)).toContain("case.failed");
    });
  });
});

describe("docs/policy-pack.schema.json", () => {
  it("is the schema that the platform validates with", () => {
    const written = JSON.parse(readFileSync(join(projectRoot(), "docs/policy-pack.schema.json"), "utf8"));
    expect(written).toEqual(JSON.parse(JSON.stringify(packJsonSchema())));
  });

  it("is named by every shipped pack", () => {
    for (const { pack } of [...Object.values(defaultPacks().of), ...defaultPacks().local])
      expect(pack.$schema).toBe("../../../../docs/policy-pack.schema.json");
  });
});
