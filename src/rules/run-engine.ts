import { Engine } from "json-rules-engine";
import { engineConditions, isInForce, type Values } from "./compile-decision.ts";
import { engineOperators } from "./operators.ts";
import type { Decision } from "./pack-schema.ts";

/** An engine that holds the rules of one decision in force in a year; build it once and run it often. */
export function engineFor(decision: Decision, year: number): Engine {
  const engine = new Engine();
  for (const operator of engineOperators()) engine.addOperator(operator);
  for (const rule of decision.rules.filter((one) => isInForce(one, year)))
    engine.addRule({ name: rule.name, conditions: engineConditions(rule), event: { type: rule.event.type } });
  return engine;
}

/**
 * The names of the rules that hold, according to json-rules-engine itself. A run goes through a copy of the engine, for
 * concurrent runs of one engine drop rules.
 */
export async function rulesThatHold(engine: Engine, values: Values): Promise<string[]> {
  const copy: Engine = Object.create(engine);
  const { results } = await copy.run({ ...values });
  return results.map((result) => result.name);
}
