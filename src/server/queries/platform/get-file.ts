import type { Readable } from "node:stream";
import { DeclarationModel } from "../../../models/declaration.ts";
import { type StoredFile, StoredFileModel } from "../../../models/stored-file.ts";
import { AppError } from "../../../shared/app-error.ts";
import type { InputOf } from "../../../shared/contracts/endpoint.ts";
import type { getFile as contract } from "../../../shared/contracts/platform.ts";
import { openBlob } from "../../blobs.ts";
import { type Actor, type CommandContext, requireActor } from "../../command-context.ts";

/**
 * A file for who may see it: its uploader, the organizations of the item that it proves, and the person whom the item
 * is about (REG-29). For anybody else it does not exist.
 */
export async function getFile(
  ctx: CommandContext,
  input: InputOf<typeof contract>,
): Promise<{ file: StoredFile; content: Readable }> {
  const actor = requireActor(ctx);
  const file = await StoredFileModel.findById(input.id).lean();
  if (file === null || !(await maySee(actor, file))) throw new AppError("file.not_found");
  const content = await openBlob(file.sha256);
  if (content === null) throw new AppError("file.not_found");
  return { file, content };
}

async function maySee(actor: Actor, file: StoredFile): Promise<boolean> {
  if (file.uploadedByAccountId === actor.accountId) return true;
  if (actor.role !== "professional") return file.scopeIds.includes(actor.organizationId);
  if (file.usedBy === null || actor.personId === null) return false;
  const own = { _id: file.usedBy, personId: actor.personId };
  return (await DeclarationModel.exists(own)) !== null;
}
