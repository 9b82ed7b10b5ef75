import { describe, expect, it } from "vitest";
import { assessPack } from "../../src/rules/assess-pack.ts";
import { checkPack } from "../../src/rules/check-pack.ts";
import { defaultPacks } from "../../src/rules/load-packs.ts";
import { runCases } from "../../src/rules/run-cases.ts";
import { ThreadBusy } from "../../src/shared/thread-task.ts";
import { costly } from "./hostile.ts";

const packs = defaultPacks();
const { calendar, title } = packs.of;
const textOf = (loaded: typeof title) => JSON.stringify(loaded.pack);

describe("assessPack", () => {
  it("answers as checkPack does, with the pack", async () => {
    const text = textOf(title);
    const { findings, cases, loaded } = await assessPack(packs, { text, name: "title" });
    expect(findings).toEqual([]);
    expect(cases).toBe(title.pack.cases.length);
    expect(loaded?.pack).toEqual(checkPack(packs, text, "title").loaded?.pack);
    expect(loaded?.ref.sha256).toBe(checkPack(packs, text, "title").loaded?.ref.sha256);
    expect(Object.isFrozen(loaded?.pack.cases)).toBe(true);
  });

  it("gives the findings of a bad pack with place and line", async () => {
    const text = JSON.stringify(calendar.pack, null, 2).replace('"cite": "', '"cite": "x');
    const expected = checkPack(packs, text, "calendar");
    expect(expected.findings.map(({ line }) => line)).toEqual([expect.any(Number), expect.any(Number)]);
    const given = await assessPack(packs, { text, name: "calendar" });
    expect(given).toEqual({ ...expected });
  });

  it("refuses what is not done in time, and says so", async () => {
    const { findings, loaded } = await assessPack(packs, { text: textOf(title), name: "title" }, 0);
    expect(loaded).toBeNull();
    expect(findings).toMatchObject([{ code: "pack.too_slow" }]);
  });

  it("does one at a time, and refuses a crowd", async () => {
    const asked = Array.from({ length: 9 }, () => assessPack(packs, { text: "{", name: "x" }));
    const settled = await Promise.allSettled(asked);
    const refused = settled.flatMap((one) => (one.status === "rejected" ? [one.reason] : []));
    expect(refused).toEqual([expect.any(ThreadBusy)]);
  });
});

describe("runCases", () => {
  it("runs every case", async () => {
    const answer = await runCases(packs, { text: textOf(title), name: "title" });
    const expected = title.pack.cases.map(({ name, call }) => ({ name, call, failure: null }));
    expect(answer).toEqual({ runs: expected });
  });

  it("says why a text is no pack", async () => {
    expect(await runCases(packs, { text: "{", name: "x" })).toMatchObject({ reason: expect.any(String) });
  });

  it("ends what takes too long, while others are answered", async () => {
    const [, text] = costly.find(([name]) => name.startsWith("5,000 cases with the dearest")) ?? [];
    if (text === undefined) throw new Error("no such pack");
    const order = { text: text(), name: "determination" };
    let longest = 0;
    let before = performance.now();
    const beat = setInterval(() => {
      const now = performance.now();
      longest = Math.max(longest, now - before);
      before = now;
    }, 5);
    const answer = await runCases(packs, order, 300);
    clearInterval(beat);
    expect(answer).toEqual({ reason: "算例在规定的时间内没有运行完" });
    expect(longest).toBeLessThan(1000);
  });
});
