/**
 * The only expressions that a definition may hold: one dotted path in `${…}`. bpmn-elements' own evaluator calls
 * functions and walks prototypes, which is code execution (`${content.id.constructor.constructor('…')}`); this one
 * reads own properties only, so that a hostile definition that was forced in stays harmless.
 */
const safePattern = /^\$\{([A-Za-z_][\w-]*(?:\.[A-Za-z_0-9][\w-]*)*)\}$/;
const forbidden = new Set(["constructor", "prototype", "__proto__", "__defineGetter__", "__lookupGetter__"]);
const readableRoots = new Set(["environment", "content"]);
const readableEnvironment = new Set(["variables", "output", "services"]);

/** The path of a safe expression (`["environment","output","review","approve"]`), or null when it is anything else. */
export function safePath(expression: string): readonly string[] | null {
  const path = safePattern.exec(expression.trim())?.[1]?.split(".");
  if (path === undefined || path.some((name) => forbidden.has(name))) return null;
  if (!readableRoots.has(path[0] ?? "")) return null;
  if (path[0] === "environment" && !readableEnvironment.has(path[1] ?? "")) return null;
  return path;
}

/** True when the text holds `${`, that is, when the engine would evaluate it. */
export function looksLikeExpression(text: string): boolean {
  return text.includes("${");
}

/** What bpmn-elements calls for every expression: unsafe ones and missing properties resolve to undefined. */
export const safeExpressions = {
  resolveExpression(expression: unknown, scope: unknown): unknown {
    if (typeof expression !== "string") return expression;
    if (!looksLikeExpression(expression)) return expression;
    const path = safePath(expression);
    return path === null ? undefined : walk(scope, path);
  },
  isExpression: (text: unknown) => typeof text === "string" && looksLikeExpression(text),
  hasExpression: (text: unknown) => typeof text === "string" && looksLikeExpression(text),
};

function walk(scope: unknown, path: readonly string[]): unknown {
  let value = scope;
  for (const [depth, name] of path.entries()) {
    if (typeof value !== "object" || value === null) return undefined;
    // The environment's own fields are getters on its class; everything below them is plain data.
    const readable = depth <= 1 || Object.hasOwn(value, name);
    if (!readable) return undefined;
    value = (value as Record<string, unknown>)[name];
  }
  return value;
}
