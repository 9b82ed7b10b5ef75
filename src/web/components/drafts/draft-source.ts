import type { z } from "zod";
import type { draftKind } from "../../../shared/contracts/drafts.ts";

/** What a page tells about its drafts. */
export interface DraftSource<Value extends object> {
  kind: z.output<typeof draftKind>;
  /** what the list of drafts calls it */
  titleOf: (value: Value) => string;
  /** own uploads that it needs: without a draft they would be removed as unused */
  filesOf: (value: Value) => string[];
  /** what a draft holds as this page's values, or null when the page cannot use it any more */
  read: (content: unknown) => Value | null;
}
