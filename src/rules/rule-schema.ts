import { z } from "zod";

/** The shape of rules: conditions in the format of json-rules-engine, and closed-form values. */

const reserved = new Set(["__proto__", "constructor", "prototype", "hasOwnProperty", "toString", "valueOf"]);
export const nameText = z
  .string()
  .regex(/^[A-Za-z0-9][A-Za-z0-9_-]{0,59}$/)
  .refine((name) => !reserved.has(name), "保留名称不能使用");
export const chinese = z.string().min(1).max(500);
export const year = z.int().min(2000).max(2200);
export const quantity = z.number().min(-100_000).max(100_000);
export const scalar = z.union([quantity, z.string().max(200), z.boolean()]);

/** A number computed from facts and tables. Nothing else can be written: there is no code in packs. */
export const expression = z
  .union([
    scalar,
    z.strictObject({ var: nameText }),
    z.strictObject({ requirement: z.enum(["public", "professional"]) }),
    z.strictObject({
      get table() {
        return z.tuple([nameText], expression);
      },
    }),
    z.strictObject({
      get set() {
        return z.tuple([nameText, expression]);
      },
    }),
    z.strictObject({
      get add() {
        return z.array(expression).min(1).max(20);
      },
    }),
    z.strictObject({
      get sub() {
        return z.tuple([expression, expression]);
      },
    }),
    z.strictObject({
      get mul() {
        return z.array(expression).min(1).max(20);
      },
    }),
    z.strictObject({
      get min() {
        return z.array(expression).min(1).max(20);
      },
    }),
    z.strictObject({
      get max() {
        return z.array(expression).min(1).max(20);
      },
    }),
    z.strictObject({
      get floor() {
        return expression;
      },
    }),
    z.strictObject({
      get halfUp() {
        return z.tuple([expression, expression]);
      },
    }),
    z.strictObject({
      get days() {
        return z.tuple([expression, expression]);
      },
    }),
    z.strictObject({
      get months() {
        return z.tuple([expression, expression]);
      },
    }),
  ])
  .meta({ id: "expression" });

const conditionValue = z.union([scalar, z.array(scalar).min(1).max(200), z.strictObject({ fact: nameText })]);
export const operatorNames = [
  "equal",
  "notEqual",
  "in",
  "notIn",
  "lessThan",
  "lessThanInclusive",
  "greaterThan",
  "greaterThanInclusive",
  "before",
  "onOrBefore",
  "after",
  "onOrAfter",
] as const;
const comparison = z.strictObject({
  fact: nameText,
  operator: z.enum(operatorNames),
  value: conditionValue,
});
export const condition = z
  .union([
    comparison,
    z.strictObject({
      get all() {
        return z.array(condition).max(50);
      },
    }),
    z.strictObject({
      get any() {
        return z.array(condition).min(1).max(50);
      },
    }),
    z.strictObject({
      get not() {
        return condition;
      },
    }),
  ])
  .meta({ id: "condition" });
const topCondition = z.union([
  z.strictObject({ all: z.array(condition).max(50) }),
  z.strictObject({ any: z.array(condition).min(1).max(50) }),
  z.strictObject({ not: condition }),
]);

export const expressions = z.record(nameText, expression);
export const event = z.discriminatedUnion("type", [
  z.strictObject({
    type: z.literal("hours"),
    params: z.strictObject({
      let: expressions.optional(),
      credits: z
        .strictObject({
          public: expression.optional(),
          professional: expression.optional(),
          subject: expression.optional().describe("计入科目由事实 subject 决定"),
        })
        .describe("各科目计入的学时"),
      limit: expression.optional().describe("填报学时不得超过的数"),
      explain: chinese.describe("计算过程的中文说明，{名称} 处填入数值"),
    }),
  }),
  z.strictObject({
    type: z.literal("requirement"),
    params: z.strictObject({ public: expression, professional: expression, total: expression }),
  }),
  z.strictObject({
    type: z.literal("outcome"),
    params: z.strictObject({ outcome: nameText, explain: chinese.optional() }),
  }),
  z.strictObject({
    type: z.literal("values"),
    params: z.strictObject({ values: expressions, explain: chinese.optional() }),
  }),
  z.strictObject({
    type: z.literal("refuse"),
    params: z.strictObject({
      code: z.string().regex(/^[a-z]+(\.[a-z_]+)+$/),
      message: chinese,
      messageEn: z.string().min(1).max(500),
      facts: z.array(nameText).min(1),
    }),
  }),
]);

export const rule = z.strictObject({
  name: chinese,
  from: year.optional(),
  to: z.union([year, z.null()]).optional(),
  cite: nameText,
  conditions: topCondition,
  event,
});

export type Expression = z.infer<typeof expression>;
export type PackRule = z.infer<typeof rule>;
export type PackCondition = z.infer<typeof condition>;
export type RuleEvent = z.infer<typeof event>;
