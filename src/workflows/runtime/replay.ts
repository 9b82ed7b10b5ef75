import type { ProcessDefinition } from "./definition.ts";
import { EngineRun } from "./engine-run.ts";
import { type PathEvent, type Position, ReplayError } from "./position.ts";

/**
 * Where an instance of `definition` stands after `events`, by running them through bpmn-elements from the start
 * (about 13 ms for three approvals). Pure: same arguments, same answer. Throws `ReplayError` when an event does not
 * fit the position before it. Everyday callers use `PositionMemo`, which remembers the answers.
 */
export function replay(definition: ProcessDefinition, events: readonly PathEvent[]): Position {
  const [first, ...rest] = events;
  const run = startRun(definition, first);
  for (const event of rest) run.apply(event);
  return run.position();
}

/** The position after each of `events`, in one run. Throws as `replay` does. */
export function replaySteps(definition: ProcessDefinition, events: readonly PathEvent[]): Position[] {
  const [first, ...rest] = events;
  const run = startRun(definition, first);
  const positions = [run.position()];
  for (const event of rest) {
    run.apply(event);
    positions.push(run.position());
  }
  return positions;
}

function startRun(definition: ProcessDefinition, first: PathEvent | undefined): EngineRun {
  if (first?.type !== "started") throw new ReplayError("not-started", "the first event must be `started`");
  return new EngineRun(definition, first.routeLength);
}
