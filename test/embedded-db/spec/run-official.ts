import { runOfficial } from "./official.ts";

/** `npx tsx test/embedded-db/spec/run-official.ts <checkout of mongodb/specifications> [part of a file name]` */
const [checkout, only] = process.argv.slice(2);
if (!checkout) throw new Error("usage: run-official.ts <checkout> [filter]");
const outcomes = await runOfficial(checkout, only);
const say = (line: string) => process.stdout.write(`${line}\n`);
for (const { file, test, status, reason } of outcomes)
  if (status === "failed" || status === "driver")
    say(`${status.toUpperCase()} ${file} | ${test} | ${reason}`);
const folders = new Map<string, Record<string, number>>();
for (const { file, status } of outcomes) {
  const key = file.split("/", 1)[0] ?? "";
  const counts = folders.get(key) ?? {};
  counts[status] = (counts[status] ?? 0) + 1;
  folders.set(key, counts);
}
for (const [folder, counts] of folders) say(`${folder}: ${JSON.stringify(counts)}`);
const skips = new Map<string, number>();
for (const { status, reason: full } of outcomes) {
  const reason = `${status}: ${full}`;
  if (status === "skipped" || status === "refused") skips.set(reason, (skips.get(reason) ?? 0) + 1);
}
for (const [reason, count] of skips) say(`${count} ${reason}`);
process.exit(0);
