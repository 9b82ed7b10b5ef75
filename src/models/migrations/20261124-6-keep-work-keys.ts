import { DeclarationModel } from "../declaration.ts";

/** Declarations of before they kept the keys of their work: who else claims it is found for them too (DEC-13). */
export async function keepWorkKeys(): Promise<void> {
  const ranked = DeclarationModel.find(
    { "facts.rank": { $exists: true }, workKeys: { $exists: false }, "duplicateKeys.0": { $exists: true } },
    { duplicateKeys: 1 },
  );
  for await (const { _id, duplicateKeys } of ranked.lean().cursor()) {
    const workKeys = duplicateKeys.map((key) => key.slice(key.indexOf("|") + 1));
    await DeclarationModel.updateOne({ _id }, { $set: { workKeys } });
  }
}
