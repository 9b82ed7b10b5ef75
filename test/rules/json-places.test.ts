import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { parsePlaced } from "../../src/rules/json-places.ts";
import { lineOf } from "../../src/rules/parse-pack.ts";
import { counterexampleOf } from "./counterexample.ts";
import { failureOf } from "./failure.ts";

const limits = { maxDepth: 40, maxValues: 10_000 };

function parse(text: string): unknown {
  return parsePlaced(text, limits).value;
}

describe("parsePlaced", () => {
  const plainName = fc.string().filter((name) => !["__proto__", "constructor", "prototype"].includes(name));
  const { tree } = fc.letrec((tie) => ({
    tree: fc.oneof(
      { depthSize: "small" },
      fc.string({ unit: "binary" }),
      fc.double({ noNaN: true, noDefaultInfinity: true }).filter((number) => !Object.is(number, -0)),
      fc.boolean(),
      fc.constant(null),
      fc.array(tie("tree"), { maxLength: 5 }),
      fc.dictionary(plainName, tie("tree"), { maxKeys: 5, noNullPrototype: true }),
    ),
  }));

  it("reads what JSON.parse reads, however it is laid out", () => {
    const property = fc.property(tree, fc.constantFrom(0, 1, 4, "\t"), (value, indent) => {
      const text = JSON.stringify(value, null, indent);
      expect(parse(text)).toEqual(JSON.parse(text));
    });
    expect(counterexampleOf(property, { numRuns: 500 })).toBeNull();
  });

  it("refuses whatever JSON.parse refuses, and never crashes", () => {
    const property = fc.property(tree, fc.nat(), fc.string({ maxLength: 3 }), (value, at, noise) => {
      const text = JSON.stringify(value);
      const place = at % (text.length + 1);
      const broken = text.slice(0, place) + noise + text.slice(place + 1);
      let expected: unknown;
      try {
        expected = JSON.parse(broken);
      } catch {
        return failureOf(() => parse(broken)).code === "pack.invalid";
      }
      try {
        expect(parse(broken)).toEqual(expected);
      } catch (error) {
        return /重复|不能使用|数字过大/.test(String(error));
      }
      return true;
    });
    expect(counterexampleOf(property, { numRuns: 2000 })).toBeNull();
  });

  it("knows the line of every value", () => {
    const { lines } = parsePlaced('{\n  "a": [\n    1,\n    { "b":\n 2 }\n  ],\r\n  "c": "x\\n"\n}', limits);
    expect(Object.fromEntries(lines)).toEqual({ "": 1, a: 2, "a/0": 3, "a/1": 4, "a/1/b": 5, c: 7 });
    expect(lineOf(lines, "a/1/b/missing/deeper")).toBe(5);
    expect(lineOf(lines, "nothing")).toBe(1);
  });

  it.each([
    ['{"a":1,"a":2}', "“a”重复"],
    ['{"a":{"b":1,"\\u0062":2}}', "“b”重复"],
    ['{"__proto__":1}', "“__proto__”不能使用"],
    ['{"\\u005f_proto__":1}', "“__proto__”不能使用"],
    ["1e400", "数字过大"],
    ["-1e400", "数字过大"],
    ["[1,]", "不是有效的 JSON"],
    ['{"a":1,}', "应为带引号的名称"],
    ["{a:1}", "应为带引号的名称"],
    ["[1 2]", "应为“]”"],
    ['{"a" 1}', "应为“:”"],
    ['"abc', "没有结束引号"],
    ['"a\nb"', "没有结束引号"],
    ["1 2", "末尾有多余内容"],
    ["", "不是有效的 JSON"],
    ["NaN", "不是有效的 JSON"],
    ["01", "不是有效的 JSON"],
    ["'a'", "不是有效的 JSON"],
    ["undefined", "不是有效的 JSON"],
  ])("refuses %j: %s", (text, reason) => {
    expect(failureOf(() => parse(text)).message).toContain(reason);
  });

  it("accepts a byte order mark", () => {
    expect(parse("\uFEFF[1]")).toEqual([1]);
  });

  it("says on which line it stopped", () => {
    expect(failureOf(() => parse('{\n"a": 1,\n"b": x\n}')).message).toMatch(/^第 3 行/);
  });

  it.each([
    [40, true],
    [41, false],
  ])("%i nested lists are accepted: %s", (depth, isAccepted) => {
    const act = (): unknown => parse(`${"[".repeat(depth)}1${"]".repeat(depth)}`);
    expect(isAccepted ? act() instanceof Array : failureOf(act).message.includes("嵌套")).toBe(true);
  });

  it.each([
    [9999, true],
    [10_000, false],
  ])("a list of %i values is accepted: %s", (count, isAccepted) => {
    const act = (): unknown => parse(`[${Array.from({ length: count }, () => "1").join(",")}]`);
    expect(isAccepted ? act() instanceof Array : failureOf(act).message.includes("个值")).toBe(true);
  });
});
