import { useQuery } from "@tanstack/react-query";
import { getPlatform } from "../../shared/contracts/platform.ts";
import type { ResponseOf } from "../../shared/contracts/endpoint.ts";
import { callApi } from "../api.ts";

export type Platform = ResponseOf<typeof getPlatform>;

/** Name, sponsor, current year; undefined while loading. One request for all pages. */
export function usePlatform(): Platform | undefined {
  return useQuery({
    queryKey: ["platform"],
    queryFn: () => callApi(getPlatform, {}),
    staleTime: 10 * 60_000,
  }).data;
}

/** What is shown until the server has said its name. */
export const fallbackName = "专业技术人员继续教育公共服务平台";
