import { readFileSync } from "node:fs";
import { join } from "node:path";
import { expect, it } from "vitest";
import { defaultPacks, loadPack, packsFolder, withPack } from "../../src/rules/load-packs.ts";
import { rejectionReasons } from "../../src/rules/rejection-reasons.ts";
import { failureOf } from "./failure.ts";

const unreadable = "证明材料不清晰，请重新扫描上传。";

it("the reasons are the pack's word: other texts there are other reasons (AUD-07)", () => {
  const text = readFileSync(join(packsFolder(), "declaration-policy.json"), "utf8");
  const changed = loadPack(text.replaceAll(unreadable, "扫描件看不清。"), "changed.json");
  const asked = { process: "transfer", year: 2026 };
  expect(rejectionReasons(defaultPacks(), asked)).toContain(unreadable);
  const reasons = rejectionReasons(withPack(defaultPacks(), changed), asked);
  expect(reasons).toContain("扫描件看不清。");
  expect(reasons).not.toContain(unreadable);
});

it("an unknown process is an error, not an empty list", () => {
  const failure = failureOf(() => rejectionReasons(defaultPacks(), { process: "lost", year: 2026 }));
  expect(failure.facts).toContain("process");
});
