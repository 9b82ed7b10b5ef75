import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { Writable } from "node:stream";
import { afterAll, describe, expect, it } from "vitest";
import { bpmnCommand } from "../../src/cli/bpmn.ts";
import { projectRoot } from "../../src/shared/project-root.ts";
import { shippedXml } from "./support.ts";

const folder = mkdtempSync(join(tmpdir(), "xueshi-bpmn-"));
afterAll(() => rmSync(folder, { recursive: true }));

function collect(): Writable & { text: string } {
  const sink = Object.assign(
    new Writable({
      write(chunk, _encoding, done) {
        sink.text += String(chunk);
        done();
      },
    }),
    { text: "" },
  );
  return sink;
}

async function run(...args: string[]): Promise<{ code: number; out: string; err: string }> {
  const io = { stdout: collect(), stderr: collect() };
  const code = await bpmnCommand(args, io);
  return { code, out: io.stdout.text, err: io.stderr.text };
}

const file = (key: string) => join(projectRoot(), "bpmn", `${key}.bpmn`);
const broken = join(folder, "broken.bpmn");
writeFileSync(
  broken,
  shippedXml("person-registration").replace("services.approveRegistration", "services.nothing"),
);

describe("xueshi bpmn check", () => {
  it("exits 0 when nothing is wrong", async () => {
    expect(await run("check", file("person-registration"), file("organization-registration"))).toMatchObject({
      code: 0,
      err: "",
    });
  });

  it("exits 1 and names file, element and reason", async () => {
    const { code, out } = await run("check", file("person-registration"), broken);
    expect(code).toBe(1);
    expect(out).toContain(
      `${broken}: error approve [unknown-service] 服务“nothing”不存在 / service nothing does not exist`,
    );
  });

  it("exits 2 on wrong usage and on a file that is not there", async () => {
    expect((await run("check")).code).toBe(2);
    expect((await run("paint")).code).toBe(2);
    expect((await run()).code).toBe(2);
    expect(await run("check", join(folder, "missing.bpmn"))).toMatchObject({ code: 2 });
  });
});

describe("xueshi bpmn simulate", () => {
  it("prints the path with its tasks, candidate rules and services", async () => {
    const { code, out } = await run(
      "simulate",
      file("declaration"),
      "--outcomes",
      "approve,reject,cancel",
      "--route",
      "2",
    );
    expect(code).toBe(0);
    expect(out).toContain("任务 task review:1 逐级审核学时 ← routeStep [approve, reject]");
    expect(out).toContain("服务 service returnDeclaration (return)");
    expect(out).toContain(
      "路径 path: start(2) → route=full → review:0=approve → review:1=reject → resubmit:0=cancel",
    );
  });

  it("takes rule outcomes, messages and timers by name", async () => {
    const escalated = await run(
      "simulate",
      file("transfer"),
      "--outcomes",
      "person,@overdue,approve,approve",
    );
    expect(escalated).toMatchObject({ code: 0 });
    expect(escalated.out).toContain("服务 service escalateTransfer (escalate)");
    expect(escalated.out).toContain("结束 end completed");
    expect((await run("simulate", file("transfer"), "--outcomes", "employer,!withdraw")).out).toContain(
      "withdrawTransfer",
    );
  });

  it("exits 1 where an outcome does not fit, 2 on wrong options, and never runs a broken definition", async () => {
    expect(await run("simulate", file("person-registration"), "--outcomes", "approve,approve")).toMatchObject(
      { code: 1 },
    );
    expect((await run("simulate", file("declaration"))).code).toBe(2);
    expect((await run("simulate", file("declaration"), "--outcomes", "approve", "--route", "0")).code).toBe(
      2,
    );
    expect((await run("simulate", file("declaration"), "--speed", "9")).code).toBe(2);
    expect(await run("simulate", broken, "--outcomes", "approve")).toMatchObject({ code: 1, out: "" });
  });
});

describe("xueshi bpmn positions", () => {
  it("prints every position and where each event leads", async () => {
    const { code, out } = await run("positions", file("person-registration"));
    expect(code).toBe(0);
    expect(out).toContain("#0 review:0    start\n    review:0=approve → #1 approveRegistration()");
    expect(out).toContain("4 个状态 positions, 3 条转移 moves");
  });
});
