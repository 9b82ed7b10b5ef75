import { CounterModel } from "../../models/counter.ts";
import { isoDate } from "../../shared/dates.ts";
import type { App } from "../command-context.ts";

interface Block {
  next: number;
  end: number;
}

const blockSize = 100;
const blocks = new WeakMap<App, Map<string, Promise<Block>>>();

/**
 * A number such as `SB20261123-000123`: prefix, day, count. Unique among all nodes; not gapless: nodes take blocks
 * of 100 outside the command's transaction, so that transactions never queue on a counter.
 */
export async function nextNumber(app: App, prefix: string): Promise<string> {
  const day = isoDate(app.clock.now()).replaceAll("-", "");
  const key = `${prefix}${day}`;
  const held = blocks.get(app) ?? new Map<string, Promise<Block>>();
  blocks.set(app, held);
  let block = await held.get(key);
  if (block === undefined || block.next >= block.end) {
    const taken = takeBlock(key);
    held.set(key, taken);
    block = await taken;
  }
  const count = block.next;
  block.next += 1;
  return count < block.end ? `${key}-${String(count).padStart(6, "0")}` : nextNumber(app, prefix);
}

async function takeBlock(key: string): Promise<Block> {
  // The native driver does not join the transaction of the calling command.
  const counter = await CounterModel.collection.findOneAndUpdate(
    { _id: key as never },
    { $inc: { next: blockSize } },
    { upsert: true, returnDocument: "after" },
  );
  const end = Number(counter?.["next"] ?? blockSize) + 1;
  return { next: end - blockSize, end };
}
