import { type Person, PersonModel } from "../../../models/person.ts";
import { AppError } from "../../../shared/app-error.ts";

/**
 * Keeps people where they are until the command commits: whoever submits something for them writes them, and so does a
 * transfer's submission, so that of the two one waits for the other and then sees it (TRF-09, TRF-11). Errors:
 * `person.transfer_open` (409) while a transfer of one of them is under way.
 */
export async function holdPeople(people: readonly Pick<Person, "_id" | "name">[]): Promise<void> {
  const ids = [...new Set(people.map(({ _id }) => _id))];
  const free = { _id: { $in: ids }, status: "active" as const, openTransferId: null };
  const held = await PersonModel.updateMany(free, { $inc: { version: 1 } });
  if (held.matchedCount === ids.length) return;
  const moving = await PersonModel.findOne(
    { _id: { $in: ids }, openTransferId: { $ne: null } },
    { name: 1 },
  ).lean();
  throw new AppError(moving === null ? "person.not_found" : "person.transfer_open", {
    person: moving?.name ?? null,
  });
}
