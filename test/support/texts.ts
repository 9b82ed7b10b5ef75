import { vi } from "vitest";
import type { TestServer } from "./server.ts";

/** The six digits of the last text that this phone has got; waits for the first. */
export async function receivedCode(server: TestServer, phone: string): Promise<string> {
  return vi.waitFor(() => {
    const last = server.texts.findLast((sent) => sent.phone === phone);
    const code = /验证码(\d{6})/.exec(last?.text ?? "")?.[1];
    if (code === undefined) throw new Error("nothing was sent yet");
    return code;
  }, 5_000);
}
