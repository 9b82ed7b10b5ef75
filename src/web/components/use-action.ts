import { useState } from "react";

export type Run = (action: () => Promise<void>) => Promise<void>;

/** One action at a time; what went wrong stays on the page until the next. */
export function useAction(): { busy: boolean; failure: unknown; run: Run } {
  const [busy, setBusy] = useState(false);
  const [failure, setFailure] = useState<unknown>(null);
  const run: Run = async (action) => {
    setBusy(true);
    setFailure(null);
    try {
      await action();
    } catch (error) {
      setFailure(error);
    } finally {
      setBusy(false);
    }
  };
  return { busy, failure, run };
}
