import { useSyncExternalStore } from "react";

const wish = "(prefers-reduced-motion: reduce)";

function subscribe(onChange: () => void): () => void {
  const query = matchMedia(wish);
  query.addEventListener("change", onChange);
  return () => query.removeEventListener("change", onChange);
}

/** Whether the user asked the system for less motion; follows the setting while the page is open (NFR-04). */
export function useReducedMotion(): boolean {
  return useSyncExternalStore(subscribe, () => matchMedia(wish).matches);
}
