import { checkDefinition } from "../workflows/check/check-definition.ts";
import { eventText, explorePositions, pathText } from "../workflows/check/explore.ts";
import { type Finding, findingText } from "../workflows/check/findings.ts";
import { loadDefinition, type ProcessDefinition } from "../workflows/runtime/definition.ts";
import type { PathEvent, Position } from "../workflows/runtime/position.ts";
import { replay } from "../workflows/runtime/replay.ts";
import { definitionFiles, readDefinition } from "./definition-files.ts";
import { askedForHelp, type CommandIo, readArguments, writeLine } from "./io.ts";

type Output = Pick<CommandIo, "stdout" | "stderr">;

export const bpmnHelp = `用法 Usage:
  xueshi bpmn check <file…>                                  检查流程定义 check definitions; a folder: its *.bpmn
  xueshi bpmn simulate <file> --outcomes a,b,… [--route N]   试运行 play a path; a message is !name, a timer @id
  xueshi bpmn positions <file>                               列出全部可到达状态 print the explored graph

退出码 Exit codes: 0 没有问题 no finding; 1 有问题 findings; 2 用法错误或无法读取文件 wrong usage, or an unreadable file
`;

/**
 * The `xueshi bpmn` command. Resolves with its exit code: 0, 1 when a definition has errors or a path does not fit,
 * 2 on wrong usage or an unreadable file. Never runs a definition that the static checks refuse.
 */
export async function bpmnCommand(args: string[], io: Output): Promise<number> {
  if (askedForHelp(args, io, bpmnHelp)) return 0;
  const [action = "", ...rest] = args;
  const run = Object.hasOwn(actions, action) ? actions[action] : undefined;
  return run === undefined ? usage(io) : run(rest, io);
}

const actions: Record<string, (args: string[], io: Output) => Promise<number>> = {
  check: async (files, io) =>
    files.length === 0 || files.some(isOption) ? usage(io) : await checkFiles(files, io),
  simulate,
  positions: async ([file = "", ...more], io) =>
    file === "" || isOption(file) || more.length > 0 ? usage(io) : await positions(file, io),
};

function usage(io: Output): number {
  io.stderr.write(bpmnHelp);
  return 2;
}

function isOption(argument: string): boolean {
  return argument.startsWith("-");
}

/** Every file is checked, also after one that cannot be read: the worst of their codes is the answer. */
async function checkFiles(paths: readonly string[], io: Output): Promise<number> {
  let worst = 0;
  for (const path of paths) {
    const files = await definitionFiles(path);
    if (files.length === 0) worst = Math.max(worst, noFiles(path, io));
    for (const file of files) worst = Math.max(worst, await checkFile(file, io));
  }
  return worst;
}

function noFiles(path: string, io: Output): number {
  writeLine(io.stderr, `目录中没有.bpmn文件 no .bpmn file in ${path}`);
  return 2;
}

async function checkFile(file: string, io: Output): Promise<number> {
  const xml = await read(file, io);
  if (xml === null) return 2;
  const findings = typeof xml === "string" ? await checkDefinition(xml) : [xml];
  for (const found of findings) writeLine(io.stdout, `${file}: ${findingText(found)}`);
  if (findings.some(isError)) return 1;
  writeLine(io.stdout, `${file}: 通过 ok`);
  return 0;
}

async function simulate(args: readonly string[], io: Output): Promise<number> {
  const options = simulateOptions(args);
  if (options === null) return usage(io);
  const definition = await sound(options.file, io);
  if (typeof definition === "number") return definition;
  const events: PathEvent[] = [{ type: "started", routeLength: definition.usesRoute ? options.route : 0 }];
  let position = replay(definition, events);
  print(io, { event: events[0], position });
  const outcomes = [...options.outcomes];
  for (;;) {
    const event = nextEvent(position, outcomes);
    if (event === null) break;
    events.push(event);
    position = replay(definition, events);
    print(io, { event, position });
  }
  if (outcomes.length > 0) {
    const words = wordsAt(position).join(", ") || "结束 end";
    writeLine(io.stderr, `“${outcomes[0]}”在此处不可用 does not fit here: ${pathText(events)}`);
    writeLine(io.stderr, `    此处可用 what fits: ${words}`);
    return 1;
  }
  writeLine(io.stdout, `路径 path: ${pathText(events)}`);
  return 0;
}

/**
 * The event that the next word means at a position: an outcome of an open step, a message or a timer. A rule step
 * that the word does not answer takes its first outcome, so that people need not spell out what rule packs decide.
 */
function nextEvent(position: Position, outcomes: string[]): PathEvent | null {
  const [rule] = position.openRules;
  const word = outcomes[0];
  if (rule !== undefined) {
    const answered = word !== undefined && rule.outcomes.includes(word);
    const outcome = answered ? outcomes.shift() : rule.outcomes[0];
    return outcome === undefined ? null : { type: "ruled", elementId: rule.elementId, outcome };
  }
  if (word === undefined) return null;
  const event = eventOfWord(position, word);
  if (event !== null) outcomes.shift();
  return event;
}

function eventOfWord(position: Position, word: string): PathEvent | null {
  const name = word.slice(1);
  if (word.startsWith("!")) return position.messages.includes(name) ? { type: "message", name } : null;
  if (word.startsWith("@"))
    return position.dueTimers.some(({ key }) => key === name) ? { type: "timer", key: name } : null;
  const task = position.openTasks.find(({ outcomes }) => outcomes.includes(word));
  return task === undefined ? null : { type: "decided", key: task.key, outcome: word };
}

/** Every word that `eventOfWord` understands at a position. */
function wordsAt({ openTasks, messages, dueTimers }: Position): string[] {
  return [
    ...new Set(openTasks.flatMap(({ outcomes }) => outcomes)),
    ...messages.map((name) => `!${name}`),
    ...dueTimers.map(({ key }) => `@${key}`),
  ];
}

function print(io: Output, { event, position }: { event: PathEvent | undefined; position: Position }): void {
  if (event !== undefined) writeLine(io.stdout, `▶ ${eventText(event)}`);
  for (const { name, args } of position.serviceCalls)
    writeLine(io.stdout, `    服务 service ${name} (${args.elementId})`);
  for (const { elementId, rule } of position.openRules)
    writeLine(io.stdout, `    规则 rule ${elementId} ← ${rule}`);
  for (const { key, name, candidateRule, outcomes } of position.openTasks) {
    writeLine(io.stdout, `    任务 task ${key} ${name} ← ${candidateRule} [${outcomes.join(", ")}]`);
  }
  for (const { key, spec } of position.dueTimers) writeLine(io.stdout, `    定时 timer @${key} ${spec}`);
  for (const name of position.messages) writeLine(io.stdout, `    消息 message !${name}`);
  if (position.ended) writeLine(io.stdout, `    结束 end ${position.ends.join(", ")}`);
}

async function positions(file: string, io: Output): Promise<number> {
  const definition = await sound(file, io);
  if (typeof definition === "number") return definition;
  const { states, edges } = explorePositions(definition);
  for (const { id, path, position } of states) {
    const open = [
      ...position.openTasks.map(({ key }) => key),
      ...position.openRules.map(({ elementId }) => elementId),
    ];
    const place = position.ended ? `结束 end ${position.ends.at(-1)}` : open.join(" ");
    writeLine(io.stdout, `#${id} ${place}    ${pathText(path)}`);
    for (const edge of edges.filter(({ from }) => from === id)) {
      const calls = edge.calls.map(({ name }) => ` ${name}()`).join("");
      const failure = edge.failure === null ? "" : ` ${edge.failure}`;
      writeLine(io.stdout, `    ${eventText(edge.event)} → #${edge.to ?? "?"}${calls}${failure}`);
    }
  }
  writeLine(io.stdout, `${states.length} 个状态 positions, ${edges.length} 条转移 moves`);
  return 0;
}

function simulateOptions(
  args: readonly string[],
): { file: string; outcomes: string[]; route: number } | null {
  const given = readArguments(args, { outcomes: "text", route: "text" }, { words: 1 });
  const file = given?.words[0];
  const outcomes = given?.values.outcomes;
  if (file === undefined || outcomes === undefined) return null;
  const route = Number(given?.values.route ?? 3);
  if (!Number.isInteger(route) || route < 1 || route > 20) return null;
  return { file, outcomes: outcomes.split(",").flatMap((name) => name.trim() || []), route };
}

/** The definition of a file that may be run, or the exit code when it may not. */
async function sound(file: string, io: Output): Promise<ProcessDefinition | number> {
  const xml = await read(file, io);
  if (xml === null) return 2;
  const errors = typeof xml === "string" ? (await checkDefinition(xml)).filter(isError) : [xml];
  if (typeof xml === "string" && errors.length === 0) return loadDefinition(xml);
  for (const found of errors) writeLine(io.stderr, `${file}: ${findingText(found)}`);
  return 1;
}

function isError({ severity }: Finding): boolean {
  return severity === "error";
}

async function read(file: string, io: Output): Promise<string | Finding | null> {
  try {
    return await readDefinition(file);
  } catch {
    writeLine(io.stderr, `无法读取文件 cannot read ${file}`);
    return null;
  }
}
