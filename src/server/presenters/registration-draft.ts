import type { RegistrationDraft } from "../../models/registration-draft.ts";
import type { ResponseOf } from "../../shared/contracts/endpoint.ts";
import type {
  createRegistrationDraft as createdContract,
  resumeRegistrationDrafts as resumedContract,
  saveRegistrationDraft as savedContract,
} from "../../shared/contracts/registration-drafts.ts";
import type { CommandContext } from "../command-context.ts";
import type { ResumedDraft } from "../commands/registration-drafts/resume-registration-drafts.ts";

export function presentSavedDraft({
  savedAt,
  expiresAt,
}: RegistrationDraft): ResponseOf<typeof savedContract> {
  return { savedAt: savedAt.toISOString(), expiresAt: expiresAt.toISOString() };
}

export function presentCreatedDraft({ draft, token }: ResumedDraft): ResponseOf<typeof createdContract> {
  return { id: draft._id, token, ...presentSavedDraft(draft) };
}

export function presentResumedDrafts(
  resumed: readonly ResumedDraft[],
  { app: { secrets } }: CommandContext,
): ResponseOf<typeof resumedContract> {
  const drafts = resumed.map(({ draft, token }) => ({
    id: draft._id,
    token,
    kind: draft.kind,
    title: secrets.decrypt(draft.titleCipher),
    content: secrets.decrypt(draft.contentCipher),
    ...presentSavedDraft(draft),
  }));
  return { drafts };
}
