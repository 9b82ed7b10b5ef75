import type { ResponseOf } from "../../shared/contracts/endpoint.ts";
import type { releasePeople as contract } from "../../shared/contracts/transfers.ts";
import type { ReleaseResult } from "../commands/transfers/release-people.ts";

/** Each person's own outcome of 人员调出. */
export function presentReleases(results: readonly ReleaseResult[]): ResponseOf<typeof contract> {
  const succeeded = results.filter(({ error }) => error === null).length;
  return {
    succeeded,
    failed: results.length - succeeded,
    results: results.map(({ personId, transfer, error }) => ({
      personId,
      ok: error === null,
      applicationId: transfer?._id ?? null,
      number: transfer?.number ?? null,
      code: error?.code ?? null,
      message: error?.message ?? null,
    })),
  };
}
