import type { ProcessDefinition } from "./definition.ts";
import type { PathEvent, Position } from "./position.ts";
import { replaySteps } from "./replay.ts";

interface Node {
  readonly position: Position;
  readonly bytes: number;
  readonly children: Map<string, Node>;
  /** Sequence number of the last use: what was not used for longest goes first. */
  used: number;
}

interface Branch {
  readonly children: Map<string, Node>;
}

/** Fixed cost of a node beside its position: object, map, key. Measured as heap growth per node on Node 20. */
const nodeOverheadBytes = 600;

/**
 * Remembers where paths lead: a prefix tree over events for each definition. A province has millions of instances
 * but few distinct paths, so nearly every step is a look-up of some hundred nanoseconds instead of a replay of some
 * ten milliseconds. The tree is bounded by estimated size; the longest unused half goes when the bound is passed.
 */
export class PositionMemo {
  readonly #limitBytes: number;
  readonly #roots = new Map<string, Branch>();
  #bytes = 0;
  #clock = 0;
  #hits = 0;
  #misses = 0;

  constructor(limitBytes = 64 * 1024 * 1024) {
    this.#limitBytes = limitBytes;
  }

  /** Same as `replay(definition, events)`, remembered. Impossible events throw `ReplayError` and are not kept. */
  position(definition: ProcessDefinition, events: readonly PathEvent[]): Position {
    this.#clock += 1;
    const root = this.#root(definition.hash);
    const known = this.#walk(root, events);
    if (known !== null) {
      this.#hits += 1;
      return known;
    }
    this.#misses += 1;
    const positions = replaySteps(definition, events);
    this.#remember(root, events, positions);
    if (this.#bytes > this.#limitBytes) this.#evict();
    return last(positions);
  }

  /** Estimated heap use and how often the answer was known, for the metrics page and the benchmark. */
  statistics(): { bytes: number; limitBytes: number; hits: number; misses: number } {
    return { bytes: this.#bytes, limitBytes: this.#limitBytes, hits: this.#hits, misses: this.#misses };
  }

  #root(hash: string): Branch {
    const known = this.#roots.get(hash);
    if (known !== undefined) return known;
    const root = { children: new Map() };
    this.#roots.set(hash, root);
    return root;
  }

  #walk(root: Branch, events: readonly PathEvent[]): Position | null {
    let branch: Branch = root;
    let node: Node | undefined;
    for (const event of events) {
      node = branch.children.get(token(event));
      if (node === undefined) return null;
      node.used = this.#clock;
      branch = node;
    }
    return node?.position ?? null;
  }

  /** Adds the path with all its prefixes: the run passed them anyway, and a tree with holes finds nothing. */
  #remember(root: Branch, events: readonly PathEvent[], positions: readonly Position[]): void {
    let branch = root;
    for (const [index, position] of positions.entries()) {
      const key = token(events[index]);
      let node = branch.children.get(key);
      if (node === undefined) {
        node = { position, bytes: sizeOf(position), children: new Map(), used: this.#clock };
        branch.children.set(key, node);
        this.#bytes += node.bytes;
      }
      branch = node;
    }
  }

  #evict(): void {
    const uses = [...this.#roots.values()].flatMap((root) => [...usesOf(root)]).toSorted((a, b) => a - b);
    const cutoff = uses[Math.floor(uses.length / 2)] ?? 0;
    for (const [hash, root] of this.#roots) {
      this.#prune(root, cutoff);
      if (root.children.size === 0) this.#roots.delete(hash);
    }
  }

  #prune(branch: Branch, cutoff: number): void {
    for (const [key, child] of branch.children) {
      this.#prune(child, cutoff);
      if (child.used > cutoff || child.children.size > 0) continue;
      branch.children.delete(key);
      this.#bytes -= child.bytes;
    }
  }
}

function* usesOf(branch: Branch): Generator<number> {
  for (const child of branch.children.values()) {
    yield child.used;
    yield* usesOf(child);
  }
}

/** One event as a map key. Task keys and names hold no `|`, so tokens of different events differ. */
function token(event: PathEvent | undefined): string {
  if (event === undefined) return "";
  switch (event.type) {
    case "started":
      return `s|${event.routeLength}`;
    case "decided":
      return `d|${event.key}|${event.outcome}`;
    case "ruled":
      return `r|${event.elementId}|${event.outcome}`;
    case "message":
      return `m|${event.name}`;
    case "timer":
      return `t|${event.key}`;
  }
}

function last(positions: readonly Position[]): Position {
  const position = positions.at(-1);
  if (position === undefined) throw new Error("a replay has at least one position");
  return position;
}

function sizeOf(position: Position): number {
  // Two bytes a character is the worst case of a V8 string; numbers and brackets make up for object headers.
  return nodeOverheadBytes + JSON.stringify(position).length * 2;
}
