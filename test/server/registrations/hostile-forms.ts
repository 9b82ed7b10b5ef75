import fc from "fast-check";

/** Values that forms are sent by mistake or on purpose; some are allowed in some fields, none may break anything. */
const hostileValue = fc.oneof(
  fc.constantFrom<unknown>(
    null,
    0,
    -1,
    Number.MAX_VALUE,
    true,
    [],
    {},
    { $ne: null },
    { $gt: "" },
    "",
    " ",
    "\u0000",
    "\ud800",
    "‮",
    "👩‍⚕️".repeat(40),
    "'; DROP TABLE people; --",
    "<img src=x onerror=alert(1)>",
    "${environment.services.approveRegistration}",
    "__proto__",
    "constructor",
    "0".repeat(24),
    "x".repeat(20_000),
    "2026-02-30",
    "410105199913319999",
  ),
  fc.string({ unit: "binary", maxLength: 60 }),
  fc.double(),
  fc.jsonValue({ maxDepth: 3 }),
);

/** One to three changes of a form: a hostile value in a field, a field left out, a field too many. */
export function changesOf(fields: readonly string[]): fc.Arbitrary<(form: object) => object> {
  const change = fc.oneof(
    {
      weight: 4,
      arbitrary: fc.record({
        kind: fc.constant("set"),
        field: fc.constantFrom(...fields),
        value: hostileValue,
      }),
    },
    {
      weight: 1,
      arbitrary: fc.record({
        kind: fc.constant("drop"),
        field: fc.constantFrom(...fields),
        value: fc.constant(null),
      }),
    },
    {
      weight: 1,
      arbitrary: fc.record({
        kind: fc.constant("set"),
        field: fc.string({ maxLength: 12 }),
        value: hostileValue,
      }),
    },
  );
  return fc.array(change, { minLength: 1, maxLength: 3 }).map((changes) => (form: object) => {
    const entries = new Map<string, unknown>(Object.entries(form));
    for (const { kind, field, value } of changes) {
      if (kind === "drop") entries.delete(field);
      else entries.set(field, value);
    }
    return Object.fromEntries(entries);
  });
}
