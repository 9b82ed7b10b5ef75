import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { Writable } from "node:stream";
import { afterAll, describe, expect, it } from "vitest";
import { bpmnCommand } from "../../src/cli/bpmn.ts";
import { projectRoot } from "../../src/shared/project-root.ts";
import { shippedKeys, shippedXml } from "./support.ts";

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
    expect((await run("check", "--fast", broken)).code).toBe(2);
  });

  it("checks the other files as well when one is not there, and exits 2", async () => {
    const { code, out, err } = await run("check", join(folder, "missing.bpmn"), broken);
    expect(code).toBe(2);
    expect(err).toContain("missing.bpmn");
    expect(out).toContain("[unknown-service]");
  });

  it("checks the definitions of a folder, and exits 2 where it has none", async () => {
    const shippedFolder = join(projectRoot(), "bpmn");
    const { code, out } = await run("check", shippedFolder);
    expect(code).toBe(0);
    expect(out.split("\n").filter((line) => line.endsWith("通过 ok"))).toHaveLength(shippedKeys().length);
    const empty = join(folder, "empty");
    mkdirSync(empty);
    expect(await run("check", empty)).toMatchObject({ code: 2, out: "" });
  });

  const bytes = (text: string) => Buffer.from(text, "utf8");
  const sound = shippedXml("transfer");

  it.each<[string, Buffer]>([
    ["line ends of Windows", bytes(sound.replaceAll("\n", "\r\n"))],
    ["a byte order mark", bytes(`\ufeff${sound}`)],
    ["no declaration", bytes(sound.replace(/^<\?xml[^>]*>\n/, ""))],
    ["no line ends", bytes(sound.replaceAll(/>\s+</g, "><"))],
    [
      "another prefix",
      bytes(
        sound
          .replaceAll("<bpmn:", "<bpmn2:")
          .replaceAll("</bpmn:", "</bpmn2:")
          .replace("xmlns:bpmn=", "xmlns:bpmn2=")
          .replaceAll('"bpmn:', '"bpmn2:'),
      ),
    ],
    [
      "BPMN's namespace as default",
      bytes(
        sound
          .replaceAll("<bpmn:", "<")
          .replaceAll("</bpmn:", "</")
          .replace("xmlns:bpmn=", "xmlns=")
          .replaceAll('"bpmn:', '"'),
      ),
    ],
    [
      "no lists of flows at its nodes",
      bytes(sound.replaceAll(/ *<bpmn:(incoming|outgoing)>[^<]*<\/bpmn:\1>\n/g, "")),
    ],
    [
      "a note",
      bytes(
        sound.replace(
          "</bpmn:process>",
          '<bpmn:textAnnotation id="note"><bpmn:text>说明</bpmn:text></bpmn:textAnnotation></bpmn:process>',
        ),
      ),
    ],
  ])("exits 0 for a sound file with %s", async (_what, content) => {
    const path = join(folder, "sound.bpmn");
    writeFileSync(path, content);
    expect(await run("check", path)).toEqual({ code: 0, out: `${path}: 通过 ok\n`, err: "" });
  });

  it.each<[string, Buffer, string]>([
    [
      "nothing in it",
      bytes(""),
      "error - [not-parseable] 不是有效的BPMN文件：文件是空的 / not a valid BPMN file: the file is empty",
    ],
    ["another encoding", Buffer.from([0xd6, 0xd0]), "[not-parseable] 不是有效的BPMN文件：文件不是UTF-8编码"],
    ["far too much in it", Buffer.alloc(2_000_001, 32), "error - [too-large]"],
    ["a web page in it", bytes("<html/>"), "最外层元素不是BPMN的definitions"],
    ["half of it", bytes(sound.slice(0, 2000)), "not a valid BPMN file: line"],
    ["no process", bytes(sound.replace('isExecutable="true"', "")), "须有且只有一个可执行的流程"],
    [
      "one id twice",
      bytes(sound.replace('id="complete"', 'id="release"')),
      "error release [not-parseable] 不是有效的BPMN文件：第",
    ],
    [
      "elements within elements without end",
      bytes(
        sound.replace(
          "</bpmn:process>",
          `${"<bpmn:subProcess>".repeat(13_000)}${"</bpmn:subProcess>".repeat(13_000)}</bpmn:process>`,
        ),
      ),
      "error transfer [too-large] 流程过大：嵌套超过20层 / the process is too large: nested deeper than 20",
    ],
    [
      "a listener",
      bytes(
        sound.replace(
          "<bpmn:incoming>Flow_releasing_release</bpmn:incoming>",
          '<bpmn:extensionElements><camunda:executionListener event="start" /></bpmn:extensionElements>',
        ),
      ),
      "error release [not-parseable] 不是有效的BPMN文件：第22行：无法读取“<camunda:executionListener>”（不认识的元素“camunda:executionListener”） /",
    ],
    [
      "a foreign element",
      bytes(sound.replace('<bpmn:userTask id="accept"', '<evil:thing xmlns:evil="urn:evil" />$&')),
      "error transfer [not-parseable] 不是有效的BPMN文件：第62行：",
    ],
    [
      "a foreign attribute",
      bytes(sound.replace('id="complete"', 'id="complete" camunda:class="x"')),
      "error complete [not-parseable] 不是有效的BPMN文件：不认识的属性“camunda:class” / not a valid BPMN file: unknown attribute",
    ],
    [
      "entities",
      bytes(sound.replace("<bpmn:definitions", '<!DOCTYPE d [<!ENTITY x SYSTEM "file:///etc/passwd">]>$&')),
      "不允许DOCTYPE和实体",
    ],
    [
      "messages from pool to pool",
      bytes(
        sound.replace(
          "<bpmn:process ",
          '<bpmn:collaboration id="both"><bpmn:messageFlow id="sent" sourceRef="release" targetRef="accept" /></bpmn:collaboration>$&',
        ),
      ),
      "error sent [unsupported-element] 不支持的元素类型bpmn:MessageFlow",
    ],
    [
      "two loops at one task, of which the parser keeps the last",
      bytes(
        shippedXml("declaration").replace(
          "<bpmn:multiInstanceLoopCharacteristics",
          "<bpmn:standardLoopCharacteristics /><!-- <a> -->$&",
        ),
      ),
      "error review [repeated] “loopCharacteristics”只能有一个 / there may be one loopCharacteristics only",
    ],
    [
      "two conditions at one flow",
      bytes(
        sound.replace(
          "</bpmn:conditionExpression>",
          '$&<bpmn:conditionExpression xsi:type="bpmn:tFormalExpression">${environment.output.way.person}</bpmn:conditionExpression>',
        ),
      ),
      "error Flow_releasing_accept [repeated]",
    ],
    [
      "a second process",
      bytes(sound.replace("</bpmn:process>", '$&<bpmn:process id="other" isExecutable="false" />')),
      "error other [unsupported-element] 不支持的元素类型bpmn:Process",
    ],
    [
      "a shape without a size",
      bytes(sound.replace('x="162" y="182" width="36"', 'x="162" y="182" width="-36"')),
      "error submitted [no-layout]",
    ],
    [
      "an element with no end of outcomes",
      bytes(
        sound.replace(
          'outcomes="approve,reject" xueshi:candidates="newEmployer"',
          `outcomes="approve,reject${",more".repeat(3000)}" xueshi:candidates="newEmployer"`,
        ),
      ),
      "error accept [too-many-outcomes] 结论多于10个 /",
    ],
    [
      "words for the terminal",
      bytes(sound.replace("services.completeTransfer", "services.x&#27;[2J&#10;sound.bpmn: 通过 ok&#10;")),
      "表达式“${environment.services.x\\u001b[2J\\u000asound.bpmn: 通过 ok\\u000a}”不被允许",
    ],
  ])("exits 1 for a file with %s", async (_what, content, expected) => {
    const path = join(folder, "unsound.bpmn");
    writeFileSync(path, content);
    const { code, out, err } = await run("check", path);
    expect({ code, err }).toEqual({ code: 1, err: "" });
    expect(out).toContain(expected);
  });
});

it("exits 1 for what has no end", async () => {
  expect(await run("check", "/dev/zero")).toEqual({
    code: 1,
    out: "/dev/zero: error - [too-large] 流程过大：> 2000000 / the process is too large: > 2000000\n",
    err: "",
  });
});

describe("xueshi bpmn --help", () => {
  it.each([[["--help"]], [["help"]], [["check", "--help"]], [["simulate", "-h"]]])(
    "%j exits 0",
    async (args) => {
      expect(await run(...args)).toMatchObject({ code: 0, err: "" });
    },
  );
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
      { code: 1, err: expect.stringContaining("此处可用 what fits: 结束 end") },
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
