import { useEffect } from "react";
import { fallbackName, usePlatform } from "./platform.ts";

/** Names the browser window after the page and the platform, whose name is its operator's (GEN-01). */
export function useTitle(title: string): void {
  const name = usePlatform()?.name ?? fallbackName;
  useEffect(() => {
    document.title = `${title} · ${name}`;
  }, [title, name]);
}
