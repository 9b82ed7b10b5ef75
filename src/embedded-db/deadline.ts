import { DatabaseError } from "./errors.ts";

function expired(): DatabaseError {
  return new DatabaseError("MaxTimeMSExpired", "operation exceeded time limit");
}

/** Throws MaxTimeMSExpired (50) after an instant (epoch milliseconds; 0 for never). */
export function checkDeadline(deadline: number): void {
  if (deadline !== 0 && Date.now() > deadline) throw expired();
}

/** Waits for a promise, but not past an instant: throws MaxTimeMSExpired (50) then. */
export async function waitUntil<T>(promise: Promise<T>, deadline: number): Promise<T> {
  if (deadline === 0) return promise;
  let timer: NodeJS.Timeout | undefined;
  const late = new Promise<never>((_, reject) => {
    timer = setTimeout(() => reject(expired()), Math.max(0, deadline - Date.now()));
  });
  try {
    return await Promise.race([promise, late]);
  } finally {
    clearTimeout(timer);
  }
}
