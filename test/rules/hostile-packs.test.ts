import { describe, expect, it } from "vitest";
import { checkPack } from "../../src/rules/check-pack.ts";
import { evaluateHours } from "../../src/rules/evaluate-hours.ts";
import { defaultPacks } from "../../src/rules/load-packs.ts";
import { costly, hostile } from "./hostile.ts";

const packs = defaultPacks();

/** Checks a pack; the time is that of the processor, for other tests run beside this one. */
function within(text: string): { refused: boolean; message: string; ms: number } {
  const start = process.cpuUsage();
  const { findings, loaded } = checkPack(packs, text, "evil.json");
  const { user, system } = process.cpuUsage(start);
  const ms = (user + system) / 1000;
  return {
    refused: loaded === null && findings.length > 0,
    message: findings.map((one) => one.message).join("\n"),
    ms,
  };
}

describe("a hostile pack is refused with a reason, within two seconds, and nothing is published", () => {
  it.each(hostile)("%s", (_, text) => {
    const { refused, message, ms } = within(text);
    expect(refused).toBe(true);
    expect(message).toMatch(/[一-龥]/);
    expect(message.length).toBeLessThan(5000);
    expect(ms).toBeLessThan(2000);
  });

  it("and the shipped packs answer as before", () => {
    expect(evaluateHours(packs, { form: "12", year: 2025, facts: { days: 1 } }).hours.professional).toBe(6);
    expect(Object.hasOwn(Object.prototype, "x")).toBe(false);
  });
});

describe("a pack that asks for much work is refused within two seconds", () => {
  it.each(costly)("%s", (_, text) => {
    const { refused, message, ms } = within(text());
    expect(refused).toBe(true);
    expect(message).toMatch(/[一-龥]/);
    expect(ms).toBeLessThan(2000);
  });
});
