import { keepPreviousData, useQuery } from "@tanstack/react-query";
import { getApplication, listApplications } from "../../../shared/contracts/applications.ts";
import type { RequestOf, ResponseOf } from "../../../shared/contracts/endpoint.ts";
import { callApi } from "../../api.ts";

export type Application = ResponseOf<typeof getApplication>;

/** One application as the API shows it to the user. */
export function useApplication(id: string) {
  return useQuery({ queryKey: ["getApplication", id], queryFn: () => callApi(getApplication, { id }) });
}

/** A page of applications, the former one while the next is on its way. */
export function useApplications(request: RequestOf<typeof listApplications>) {
  return useQuery({
    queryKey: ["listApplications", request],
    queryFn: () => callApi(listApplications, request),
    placeholderData: keepPreviousData,
  });
}
