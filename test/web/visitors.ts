import type { BrowserContext } from "playwright-core";
import { afterEach, beforeEach } from "vitest";
import { visitors } from "./support.ts";

let earlier: readonly BrowserContext[] = [];

beforeEach(() => {
  earlier = visitors();
});

/**
 * After a failed browser test, prints what every open page showed: most failures here are a page that waits. Visitors
 * that a test called leave with it: their pages would go on asking for news beside the tests that follow.
 */
afterEach(async ({ task }) => {
  if (task.result?.state === "fail") {
    for (const page of visitors().flatMap((visitor) => visitor.pages())) {
      const shown = await page.innerText("body", { timeout: 5000 }).catch(String);
      process.stderr.write(`\n${task.name}: ${new URL(page.url()).pathname} showed\n${shown}\n`);
    }
  }
  for (const visitor of visitors()) if (!earlier.includes(visitor)) await visitor.close();
});
