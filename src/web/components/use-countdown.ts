import { useEffect, useState } from "react";

const secondsUntil = (end: number) => Math.max(0, Math.round((end - Date.now()) / 1000));

/** Whole seconds until a moment (milliseconds since 1970), down to 0. */
export function useCountdown(end: number): number {
  const [left, setLeft] = useState(() => secondsUntil(end));
  useEffect(() => {
    setLeft(secondsUntil(end));
    if (secondsUntil(end) === 0) return;
    const timer = setInterval(() => {
      setLeft(secondsUntil(end));
      if (secondsUntil(end) === 0) clearInterval(timer);
    }, 1000);
    return () => clearInterval(timer);
  }, [end]);
  return left;
}
