/** A fault of a pack: where (JSON path inside of the pack), what kind, and why, in Chinese. */
export interface Finding {
  readonly pack: string;
  readonly place: string;
  readonly code: string;
  readonly message: string;
  /** Line of the file, when the text is at hand. */
  readonly line?: number;
}

/** Collects findings about one pack. */
export class Findings {
  readonly all: Finding[] = [];
  private readonly pack: string;

  constructor(pack: string) {
    this.pack = pack;
  }

  add(code: string, place: string, message: string): void {
    this.all.push({ pack: this.pack, place, code, message });
  }
}
