import { useQuery } from "@tanstack/react-query";
import { listApplications } from "../../../shared/contracts/applications.ts";
import type { ResponseOf } from "../../../shared/contracts/endpoint.ts";
import { getOwnProfile } from "../../../shared/contracts/profile-changes.ts";
import { callApi } from "../../api.ts";

export type OwnProfile = ResponseOf<typeof getOwnProfile>;

/** One's own data as the API has them. */
export function useOwnProfile() {
  return useQuery({ queryKey: ["getOwnProfile"], queryFn: () => callApi(getOwnProfile, {}) });
}

/** The last change that was applied for: while one is open there can be no later one. */
export function useLatestChange() {
  return useQuery({
    queryKey: ["listApplications", "latest-profile-change"],
    queryFn: () => callApi(listApplications, { kind: "profile-change", pageSize: 1 }),
    select: ({ rows }) => rows[0] ?? null,
  });
}
