import { useQuery } from "@tanstack/react-query";
import { getApplication } from "../../../shared/contracts/applications.ts";
import type { ResponseOf } from "../../../shared/contracts/endpoint.ts";
import { callApi } from "../../api.ts";

export type Application = ResponseOf<typeof getApplication>;

/** One application as the API shows it to the user. */
export function useApplication(id: string) {
  return useQuery({ queryKey: ["getApplication", id], queryFn: () => callApi(getApplication, { id }) });
}
