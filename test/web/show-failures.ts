import { afterEach } from "vitest";
import { openPages } from "./support.ts";

/** After a failed browser test, prints what every open page showed: most failures here are a page that waits. */
afterEach(async ({ task }) => {
  if (task.result?.state !== "fail") return;
  for (const page of openPages()) {
    const shown = await page.innerText("body", { timeout: 5000 }).catch(String);
    process.stderr.write(`\n${task.name}: ${new URL(page.url()).pathname} showed\n${shown}\n`);
  }
});
