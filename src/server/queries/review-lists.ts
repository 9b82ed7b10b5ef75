import { PersonModel } from "../../models/person.ts";
import type { CommandContext } from "../command-context.ts";

/** What the review lists are narrowed by alike (AUD-08). */

/** The moments of whole days in Shanghai, both included; nothing where neither is given. */
export function duringDays<Field extends string>(
  field: Field,
  { from, to }: { from?: string | undefined; to?: string | undefined },
): Partial<Record<Field, { $gte?: Date; $lte?: Date }>> {
  if (from === undefined && to === undefined) return {};
  const range = {
    ...(from === undefined ? {} : { $gte: new Date(`${from}T00:00:00+08:00`) }),
    ...(to === undefined ? {} : { $lte: new Date(`${to}T23:59:59.999+08:00`) }),
  };
  return { [field]: range } as Partial<Record<Field, typeof range>>;
}

/**
 * The filter for one person's rows by his whole ID number: through the blind index, and never an error, so that nobody
 * learns from it who is registered. Nothing without a number.
 */
export async function ofIdNumber(
  ctx: CommandContext,
  idNumber: string | undefined,
): Promise<{ $and?: { personId: string }[] }> {
  if (idNumber === undefined) return {};
  const idNumberIndex = ctx.app.secrets.blindIndex(idNumber);
  const person = await PersonModel.findOne({ idNumberIndex }, { _id: 1 }).lean();
  // Beside whatever else says whose rows they may be, never instead of it.
  return { $and: [{ personId: person?._id ?? "" }] };
}
