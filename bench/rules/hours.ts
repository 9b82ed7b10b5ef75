/**
 * Hours evaluations a processor second: uncached and cached, beside a naive `new Engine` for every request, the engine
 * partitioned by form, and `@gorules/zen-engine` (from `bench/peers`, when it is installed).
 * Run: npx tsx bench/rules/hours.ts
 */
import { Engine } from "json-rules-engine";
import { engineConditions } from "../../src/rules/compile-decision.ts";
import { computeHours, evaluateHours } from "../../src/rules/evaluate-hours.ts";
import { defaultPacks } from "../../src/rules/load-packs.ts";
import { engineOperators } from "../../src/rules/operators.ts";
import { engineFor, rulesThatHold } from "../../src/rules/run-engine.ts";
import { howToInstall, loadPeer } from "../peers/load-peer.ts";
import { ratePerSecond, report, sampleRequests } from "./samples.ts";
import { zenInput, zenModel } from "./zen-model.ts";

const packs = defaultPacks();
const requests = sampleRequests();
const decisions = packs.of.conversion.pack.decisions ?? {};
const seconds = 2;

/** All rules of all forms in a new engine for every request, as the engine's own examples do. */
async function naive(): Promise<number> {
  for (const { form, facts } of requests) {
    const engine = new Engine([], { allowUndefinedFacts: true });
    for (const operator of engineOperators()) engine.addOperator(operator);
    for (const [name, { rules }] of Object.entries(decisions))
      for (const rule of rules) {
        const ofForm = { fact: "form", operator: "equal", value: name };
        engine.addRule({
          conditions: { all: [ofForm, engineConditions(rule)] },
          event: { type: rule.event.type },
        });
      }
    await engine.run({ form, ...facts });
  }
  return requests.length;
}

const engines = new Map(
  Object.entries(decisions).map(([form, decision]) => [form, engineFor(decision, 2025)]),
);

async function partitioned(): Promise<number> {
  for (const { form, facts } of requests) {
    const engine = engines.get(form);
    if (engine !== undefined)
      await rulesThatHold(engine, { year: 2025, ...(facts as Record<string, number>) });
  }
  return requests.length;
}

function uncached(): number {
  for (const request of requests) computeHours(packs, request);
  return requests.length;
}

function cached(): number {
  for (let round = 0; round < 100; round++) for (const request of requests) evaluateHours(packs, request);
  return requests.length * 100;
}

interface ZenDecision {
  evaluate(input: object): Promise<{ result: { hours?: number } }>;
}

interface Zen {
  ZenEngine: new () => { createDecision(model: Buffer): ZenDecision };
}

/** Zen's decision, or null when it is not installed. */
function zenDecision(): ZenDecision | null {
  const zen = loadPeer("@gorules/zen-engine") as Zen | null;
  if (zen === null) return null;
  return new zen.ZenEngine().createDecision(Buffer.from(JSON.stringify(zenModel(packs.of.conversion))));
}

async function zenAgrees(zen: ZenDecision): Promise<void> {
  for (const request of requests) {
    const { result } = await zen.evaluate(zenInput(request));
    const { professional } = computeHours(packs, request).hours;
    if (result.hours !== professional)
      throw new Error(`zen ${JSON.stringify(request)}: ${String(result.hours)} instead of ${professional}`);
  }
}

const base = { name: "naive new Engine", perSecond: await ratePerSecond(seconds, naive) };
report("json-rules-engine, new Engine for every request", base.perSecond);
report("json-rules-engine, partitioned by form, kept", await ratePerSecond(seconds, partitioned), base);
const zen = zenDecision();
if (zen === null) console.log(`@gorules/zen-engine: not installed; ${howToInstall}`);
else {
  await zenAgrees(zen);
  const oneByOne = async (): Promise<number> => {
    for (const request of requests) await zen.evaluate(zenInput(request));
    return requests.length;
  };
  const together = async (): Promise<number> => {
    await Promise.all(requests.map((request) => zen.evaluate(zenInput(request))));
    return requests.length;
  };
  report("@gorules/zen-engine, hours only, one by one", await ratePerSecond(seconds, oneByOne), base);
  report("@gorules/zen-engine, hours only, concurrent", await ratePerSecond(seconds, together), base);
}
const own = await ratePerSecond(seconds, uncached);
report("evaluateHours uncached, with trace and citations", own, base);
const memoised = await ratePerSecond(seconds, cached);
report("evaluateHours cached", memoised, { name: "uncached", perSecond: own });
const isReached = own >= 15_000 && own >= 20 * base.perSecond && memoised >= 500_000;
console.log(
  `wanted: uncached ≥ 15,000/s and ≥ 20 × naive, cached ≥ 500,000/s: ${isReached ? "reached" : "MISSED"}`,
);
process.exitCode = isReached ? 0 : 1;
