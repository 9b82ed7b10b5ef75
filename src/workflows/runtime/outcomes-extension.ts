/** What the extension reads of a bpmn-elements activity. */
interface ExtendedActivity {
  id: string;
  type: string;
  environment: { output: Record<string, unknown> };
  broker: {
    subscribeTmp(
      exchange: string,
      pattern: string,
      onMessage: (routingKey: string, message: { content: { output?: unknown } }) => void,
      options: { noAck: boolean; consumerTag: string },
    ): unknown;
    cancel(consumerTag: string): unknown;
  };
}

const decided = new Set(["bpmn:UserTask", "bpmn:BusinessRuleTask"]);
const consumerTag = "_xueshi-outcomes";

/**
 * bpmn-elements extension: when a user or rule task completes, `environment.output.<id>` becomes `{ <outcome>: true }`,
 * so that a guard is one dotted path. Of a task repeated along a route the last decision counts.
 */
export function outcomesExtension(
  activity: ExtendedActivity,
): { activate(): void; deactivate(): void } | undefined {
  if (!decided.has(activity.type)) return undefined;
  return {
    activate() {
      activity.broker.subscribeTmp(
        "event",
        "activity.execution.completed",
        (_key, { content }) => {
          activity.environment.output[activity.id] = outcomeOf(content.output);
        },
        { noAck: true, consumerTag },
      );
    },
    deactivate() {
      activity.broker.cancel(consumerTag);
    },
  };
}

function outcomeOf(output: unknown): Record<string, boolean> {
  const last: unknown = Array.isArray(output) ? output.at(-1) : output;
  if (typeof last !== "object" || last === null) return {};
  return Object.fromEntries(Object.entries(last).filter(([, value]) => value === true)) as Record<
    string,
    boolean
  >;
}
