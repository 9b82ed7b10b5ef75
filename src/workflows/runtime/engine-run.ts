import { Context, Definition, Environment } from "bpmn-elements";
import type { ProcessDefinition, Step } from "./definition.ts";
import { unarmedTimers } from "./engine-types.ts";
import { safeExpressions } from "./expressions.ts";
import { outcomesExtension } from "./outcomes-extension.ts";
import {
  type DueTimer,
  type OpenRule,
  type OpenTask,
  type PathEvent,
  type Position,
  ReplayError,
  type ServiceCall,
  taskKey,
} from "./position.ts";

interface Waiting {
  readonly elementId: string;
  readonly executionId: string;
  readonly loopIndex: number;
  readonly round: number;
}

interface WaitingTimer extends Waiting {
  readonly spec: string;
  readonly kind: DueTimer["kind"];
}

/** What bpmn-elements publishes; only the fields that we read. */
interface ElementContent {
  id: string;
  executionId: string;
  index?: number;
  /** of a task that repeats along the route: its place there */
  item?: number;
  message?: { id?: string; name?: string };
  timeDuration?: string;
  timeDate?: string;
  timeCycle?: string;
}

/**
 * Engine messages that one event may bring. The largest shipped definition needs some 150; the engine calls itself for
 * each, so a higher bound could meet the end of the stack first.
 */
const movesPerEventMax = 1000;

const timerKinds = ["timeDuration", "timeDate", "timeCycle"] as const;

/**
 * One run of one instance through bpmn-elements, from its start: never recovered, never stored, thrown away after
 * the last event. It records what waits by listening to the engine, since a signal with a wrong `executionId` is
 * silently ignored there.
 */
export class EngineRun {
  readonly #definition: ProcessDefinition;
  readonly #engine: Definition;
  readonly #steps = new Map<string, Waiting>();
  readonly #messages = new Map<string, { elementId: string; messageId: string }>();
  readonly #timers = new Map<string, WaitingTimer>();
  readonly #rounds = new Map<string, number>();
  readonly #passed = new Set<string>();
  readonly #ends: string[] = [];
  readonly #outcomes: Record<string, string> = {};
  readonly #route: readonly number[];
  /** Read by the engine, so it is changed in place. */
  readonly #remaining: number[];
  #calls: ServiceCall[] = [];
  #moves = 0;
  #failure: string | null = null;
  #ended = false;

  constructor(definition: ProcessDefinition, routeLength: number) {
    if (definition.usesRoute && !(Number.isInteger(routeLength) && routeLength > 0)) {
      throw new ReplayError("bad-route", `${definition.key} needs a route of at least one organization`);
    }
    this.#definition = definition;
    this.#route = Array.from({ length: routeLength }, (_, index) => index);
    this.#remaining = [...this.#route];
    this.#engine = new Definition(Context(definition.context, this.#environment()));
    this.#engine.broker.subscribeTmp(
      "event",
      "#",
      (routingKey, { content }) => this.#observe(routingKey, content as unknown as ElementContent),
      { noAck: true },
    );
    this.#guarded(() => this.#engine.run());
  }

  /** Applies one event. Throws `ReplayError` when the instance does not wait for it or the diagram has no way on. */
  apply(event: PathEvent): void {
    this.#calls = [];
    if (this.#ended) throw new ReplayError("ended", "the instance has ended");
    switch (event.type) {
      case "started":
        throw new ReplayError("not-started", "an instance starts once");
      case "decided":
        return this.#decide(event.key, event.outcome);
      case "ruled":
        return this.#decide(taskKey(event.elementId, 0), event.outcome);
      case "message":
        return this.#receive(event.name);
      case "timer":
        return this.#fire(event.key);
    }
  }

  /** Where the run stands now, as frozen plain data. */
  position(): Position {
    const waiting = [...this.#steps].map(([key, wait]) => ({ key, wait, step: this.#step(wait.elementId) }));
    return Object.freeze({
      openTasks: waiting.flatMap(({ key, wait, step }) =>
        step.kind === "user" ? openTask(key, wait, step) : [],
      ),
      openRules: waiting.flatMap(({ step }) => (step.kind === "rule" ? openRule(step) : [])),
      messages: [...this.#messages.keys()],
      dueTimers: [...this.#timers].map(([key, { elementId, round, spec, kind }]) => ({
        key,
        elementId,
        round,
        spec,
        kind,
      })),
      serviceCalls: this.#calls,
      ended: this.#ended,
      ends: [...this.#ends],
      outcomes: { ...this.#outcomes },
      passed: [...this.#passed],
    });
  }

  #environment(): Environment {
    return new Environment({
      settings: { disableTrackState: true },
      variables: { route: [...this.#route], remaining: this.#remaining },
      services: this.#services(),
      expressions: safeExpressions,
      scripts: { register: () => undefined, getScript: () => undefined } as never,
      timers: unarmedTimers as never,
      extensions: { outcomes: outcomesExtension as never },
    });
  }

  /** Service tasks only note their name: the caller runs the last event's calls in its transaction. */
  #services(): Record<string, CallableFunction> {
    const services: Record<string, CallableFunction> = Object.create(null);
    for (const name of new Set(this.#definition.services.values())) {
      services[name] = (scope: { id: string }, callback: (error: Error | null) => void) => {
        this.#calls.push({ name, args: { elementId: scope.id } });
        callback(null);
      };
    }
    return services;
  }

  #decide(key: string, outcome: string): void {
    const wait = this.#steps.get(key);
    if (wait === undefined) throw new ReplayError("not-open", `${key} is not open`);
    if (!this.#step(wait.elementId).outcomes.includes(outcome)) {
      throw new ReplayError("unknown-outcome", `${key} has no outcome ${outcome}`);
    }
    this.#steps.delete(key);
    this.#outcomes[wait.elementId] = outcome;
    if (outcome === "reject" && this.#step(wait.elementId).looped)
      this.#remaining.splice(0, this.#remaining.length, ...this.#route.slice(wait.loopIndex));
    const { elementId: id, executionId } = wait;
    this.#guarded(() => this.#engine.signal({ id, executionId, [outcome]: true }));
  }

  #receive(name: string): void {
    const waiting = this.#messages.get(name);
    if (waiting === undefined) throw new ReplayError("not-open", `nothing waits for message ${name}`);
    this.#guarded(() => this.#engine.sendMessage({ id: waiting.messageId }));
  }

  #fire(key: string): void {
    const timer = this.#timers.get(key);
    if (timer === undefined) throw new ReplayError("not-open", `timer ${key} is not running`);
    this.#timers.delete(key);
    this.#guarded(() => this.#engine.cancelActivity({ id: timer.elementId, executionId: timer.executionId }));
  }

  #guarded(action: () => unknown): void {
    this.#moves = 0;
    try {
      action();
    } catch (error) {
      this.#failure ??= error instanceof Error ? error.message : String(error);
    }
    if (this.#failure !== null) throw new ReplayError("no-way", this.#failure);
    if (!this.#ended && this.#steps.size + this.#messages.size + this.#timers.size === 0) {
      throw new ReplayError("no-way", "nothing is open and the process has not ended");
    }
  }

  #observe(routingKey: string, content: ElementContent): void {
    if (routingKey.endsWith(".error")) this.#failure ??= errorText(content);
    // A circle without a waiting step would run until memory ends. Thrown through the broker, it stops the engine.
    if (++this.#moves > movesPerEventMax) throw new Error("the process does not come to rest");
    switch (routingKey) {
      case "activity.wait":
        return this.#wait(content);
      case "activity.timer":
        return this.#startTimer(content);
      case "activity.end":
        return this.#end(content.id);
      case "activity.leave":
        return this.#leave(content.id);
      case "flow.take":
        this.#passed.add(content.id);
        return;
      case "definition.leave":
        this.#ended = true;
    }
  }

  #wait(content: ElementContent): void {
    const { id, executionId } = content;
    if (this.#definition.steps.has(id)) {
      const loopIndex = content.item ?? content.index ?? 0;
      const key = taskKey(id, loopIndex);
      this.#steps.set(key, { elementId: id, executionId, loopIndex, round: this.#nextRound(key) });
    } else if (content.message?.id !== undefined) {
      this.#messages.set(content.message.name ?? content.message.id, {
        elementId: id,
        messageId: content.message.id,
      });
    }
  }

  #startTimer(content: ElementContent): void {
    const kind = timerKinds.find((name) => typeof content[name] === "string");
    if (kind === undefined) return;
    const { id, executionId } = content;
    const wait = { elementId: id, executionId, loopIndex: 0, round: this.#nextRound(id) };
    this.#timers.set(id, { ...wait, kind, spec: String(content[kind]) });
  }

  #end(id: string): void {
    this.#passed.add(id);
    const activity = this.#definition.context.getActivityById(id);
    if (activity?.type === "bpmn:EndEvent") this.#ends.push(id);
  }

  #leave(id: string): void {
    for (const [key, wait] of this.#steps) if (wait.elementId === id) this.#steps.delete(key);
    for (const [name, wait] of this.#messages) if (wait.elementId === id) this.#messages.delete(name);
    this.#timers.delete(id);
  }

  #nextRound(key: string): number {
    const round = (this.#rounds.get(key) ?? 0) + 1;
    this.#rounds.set(key, round);
    return round;
  }

  #step(elementId: string): Step {
    const step = this.#definition.steps.get(elementId);
    if (step === undefined) throw new ReplayError("no-way", `unknown step ${elementId}`);
    return step;
  }
}

function openTask(key: string, wait: Waiting, step: Step): OpenTask {
  const { elementId, loopIndex, round } = wait;
  const { name, candidates: candidateRule, module, dueWorkingDays, outcomes } = step;
  return { key, elementId, name, loopIndex, round, candidateRule, module, dueWorkingDays, outcomes };
}

function openRule({ elementId, rule, outcomes }: Step): OpenRule {
  return { elementId, rule, outcomes };
}

function errorText(content: ElementContent): string {
  const error = (content as { error?: { message?: string } }).error;
  return error?.message ?? `${content.id} failed`;
}
