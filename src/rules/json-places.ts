import { RuleError } from "./rule-error.ts";

export interface PlacedJson {
  readonly value: unknown;
  /** Line (from 1) on which the value of a path such as `decisions/04/rules/0` begins. */
  readonly lines: ReadonlyMap<string, number>;
}

export interface JsonLimits {
  readonly maxDepth: number;
  readonly maxValues: number;
}

const forbiddenNames = new Set(["__proto__", "constructor", "prototype"]);

/**
 * Parses JSON that nobody has vouched for. Unlike `JSON.parse` it refuses a name that occurs twice in an object (the
 * first would be lost silently), names of the object prototype, deep nesting and numbers that are not finite, and it
 * knows the line of every value.
 * @throws RuleError `pack.invalid` with line and reason.
 */
export function parsePlaced(text: string, limits: JsonLimits): PlacedJson {
  return new Parser(text, limits).parse();
}

class Parser {
  private readonly text: string;
  private readonly limits: JsonLimits;
  private readonly lines = new Map<string, number>();
  private position = 0;
  private line = 1;

  constructor(text: string, limits: JsonLimits) {
    this.text = text.startsWith("\uFEFF") ? text.slice(1) : text;
    this.limits = limits;
  }

  parse(): PlacedJson {
    const value = this.value([]);
    this.space();
    if (this.position < this.text.length) throw this.wrong("末尾有多余内容");
    return { value, lines: this.lines };
  }

  private value(path: readonly (string | number)[]): unknown {
    this.space();
    if (path.length > this.limits.maxDepth) throw this.wrong(`嵌套超过 ${this.limits.maxDepth} 层`);
    this.lines.set(path.join("/"), this.line);
    if (this.lines.size > this.limits.maxValues) throw this.wrong(`超过 ${this.limits.maxValues} 个值`);
    const next = this.text[this.position];
    if (next === "{") return this.object(path);
    if (next === "[") return this.array(path);
    if (next === '"') return this.string();
    return this.literal();
  }

  private object(path: readonly (string | number)[]): Record<string, unknown> {
    const object: Record<string, unknown> = {};
    this.position++;
    this.space();
    if (this.take("}")) return object;
    do {
      this.space();
      const name = this.name(object);
      this.expect(":");
      object[name] = this.value([...path, name]);
      this.space();
    } while (this.take(","));
    this.expect("}");
    return object;
  }

  private name(object: Record<string, unknown>): string {
    if (this.text[this.position] !== '"') throw this.wrong("应为带引号的名称");
    const name = this.string();
    if (forbiddenNames.has(name)) throw this.wrong(`名称“${name}”不能使用`);
    if (Object.hasOwn(object, name)) throw this.wrong(`名称“${name.slice(0, 60)}”重复`);
    this.space();
    return name;
  }

  private array(path: readonly (string | number)[]): unknown[] {
    const array: unknown[] = [];
    this.position++;
    this.space();
    if (this.take("]")) return array;
    do {
      array.push(this.value([...path, array.length]));
      this.space();
    } while (this.take(","));
    this.expect("]");
    return array;
  }

  private string(): string {
    const start = this.position;
    this.position++;
    for (;;) {
      const code = this.text.charCodeAt(this.position);
      if (Number.isNaN(code) || code < 32) throw this.wrong("文字没有结束引号");
      this.position++;
      if (code === 92) this.position++;
      else if (code === 34) break;
    }
    return String(this.native(this.text.slice(start, this.position)));
  }

  private literal(): unknown {
    const match = /[^\s,\]}:]*/y;
    match.lastIndex = this.position;
    const token = match.exec(this.text)?.[0] ?? "";
    const value = this.native(token);
    if (typeof value === "number" && !Number.isFinite(value)) throw this.wrong("数字过大");
    this.position += token.length;
    return value;
  }

  /** Strings, numbers and words are read as JSON reads them. */
  private native(token: string): unknown {
    try {
      return JSON.parse(token);
    } catch {
      throw this.wrong(`“${token.slice(0, 40)}”不是有效的 JSON`);
    }
  }

  private space(): void {
    for (;;) {
      const code = this.text.charCodeAt(this.position);
      if (code === 10) this.line++;
      else if (code !== 32 && code !== 9 && code !== 13) return;
      this.position++;
    }
  }

  private take(character: string): boolean {
    if (this.text[this.position] !== character) return false;
    this.position++;
    return true;
  }

  private expect(character: string): void {
    if (!this.take(character)) throw this.wrong(`应为“${character}”`);
  }

  private wrong(reason: string): RuleError {
    return new RuleError({
      code: "pack.invalid",
      message: `第 ${this.line} 行：${reason}`,
      messageEn: `Line ${this.line}: not a valid pack file`,
      facts: [],
    });
  }
}
