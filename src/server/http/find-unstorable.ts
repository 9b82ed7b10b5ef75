/** Deeper than any contract asks for, and far from what a recursive serializer can take. */
const mostLevels = 32;
/** NUL, which no search pattern may hold, and halves of surrogate pairs, which are no text and would be stored as another. */
const noText = /[\0\p{Cs}]/u;

interface Unstorable {
  path: string[];
  message: string;
}

interface Place {
  value: unknown;
  path: string[];
}

/** The first place of a request that could not be stored or searched for as it was sent, by any endpoint; null for none. */
export function findUnstorable(sent: unknown): Unstorable | null {
  const places: Place[] = [{ value: sent, path: [] }];
  for (let place = places.pop(); place !== undefined; place = places.pop()) {
    const { value, path } = place;
    if (typeof value === "string" && noText.test(value)) return { path, message: "含有不允许的字符" };
    if (typeof value !== "object" || value === null) continue;
    if (path.length === mostLevels) return { path: path.slice(0, 3), message: `嵌套超过 ${mostLevels} 层` };
    for (const [name, inner] of Object.entries(value)) {
      if (noText.test(name)) return { path, message: "字段名含有不允许的字符" };
      places.push({ value: inner, path: [...path, name] });
    }
  }
  return null;
}
