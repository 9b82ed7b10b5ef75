import { afterEach, describe, expect, it, vi } from "vitest";
import { z } from "zod";
import { logIn } from "../../src/shared/contracts/accounts.ts";
import { getCertificatePdf, listPrintable } from "../../src/shared/contracts/certificates.ts";
import { getPerson, listYears } from "../../src/shared/contracts/people.ts";
import { withdrawDeclaration } from "../../src/shared/contracts/declaration-changes.ts";
import {
  ApiError,
  binaryUrl,
  callApi,
  errorText,
  newIdempotencyKey,
  onSessionLost,
} from "../../src/web/api.ts";

const id = "0123456789abcdef01234567";

/** Lets `fetch` answer once with this and tells what it was asked. */
function answerWith(status: number, body: string) {
  const asked: { url: string; init: RequestInit }[] = [];
  vi.stubGlobal("fetch", async (url: string, init: RequestInit) => {
    asked.push({ url, init });
    return new Response(body, { status });
  });
  return asked;
}

afterEach(() => vi.unstubAllGlobals());

describe("callApi", () => {
  it("puts parameters into the path and the rest of a read into the query", async () => {
    const asked = answerWith(200, JSON.stringify({ years: [] }));
    await callApi(listYears, { id: "me", from: 2024, to: undefined });
    expect(asked[0]?.url).toBe("/api/people/me/years?from=2024");
    expect(asked[0]?.init.body).toBeUndefined();
  });

  it("escapes what would leave the path", () => {
    expect(binaryUrl(getCertificatePdf, { id: "../sessions" })).toBe("/api/certificates/..%2Fsessions/pdf");
  });

  it("leaves empty filters out of the query", () => {
    expect(binaryUrl(listPrintable, { year: 2026, name: "" })).toBe("/api/certificates/printable?year=2026");
  });

  it("sends a write as JSON with an idempotency key, and no body where the contract has none", async () => {
    const asked = answerWith(200, JSON.stringify({ ok: true }));
    await callApi(withdrawDeclaration, { id });
    const headers = asked[0]?.init.headers as Record<string, string>;
    expect(asked[0]?.init.method).toBe("POST");
    expect(asked[0]?.init.body).toBeUndefined();
    expect(headers["Content-Type"]).toBeUndefined();
    expect(z.uuid().safeParse(headers["Idempotency-Key"]).success).toBe(true);
  });

  it("keeps the key of a repeated submission", async () => {
    const asked = answerWith(200, JSON.stringify({ ok: true }));
    const idempotencyKey = newIdempotencyKey();
    await callApi(withdrawDeclaration, { id }, { idempotencyKey });
    await callApi(withdrawDeclaration, { id }, { idempotencyKey });
    const keys = asked.map(({ init }) => (init.headers as Record<string, string>)["Idempotency-Key"]);
    expect(keys).toEqual([idempotencyKey, idempotencyKey]);
  });

  it("throws the server's refusal with its code, problems and details", async () => {
    answerWith(
      400,
      JSON.stringify({
        error: {
          code: "captcha.wrong",
          message: "验证码错误",
          requestId: "r-1",
          problems: [{ path: "captchaText", message: "验证码错误" }],
          details: {},
        },
      }),
    );
    const request = {
      role: "employer",
      idNumber: "x",
      password: "p",
      captchaId: id,
      captchaText: "T",
    } as const;
    const error = await callApi(logIn, request).catch((thrown: unknown) => thrown);
    expect(error).toBeInstanceOf(ApiError);
    expect(error).toMatchObject({ code: "captcha.wrong", status: 400, problems: [{ path: "captchaText" }] });
    expect(errorText(error)).toBe("验证码错误");
  });

  it("names the request number of a fault of the server, and says so when there is no answer", async () => {
    answerWith(
      500,
      JSON.stringify({ error: { code: "server.internal", message: "系统出现异常", requestId: "r-9" } }),
    );
    expect(errorText(await callApi(getPerson, { id }).catch((thrown: unknown) => thrown))).toContain("r-9");
    vi.stubGlobal("fetch", async () => {
      throw new TypeError("Failed to fetch");
    });
    const error = await callApi(getPerson, { id }).catch((thrown: unknown) => thrown);
    expect(error).toMatchObject({ code: "network", status: 0 });
    expect(errorText(error)).toMatch(/网络/);
  });

  it("understands an answer that is not JSON as a fault, not as data", async () => {
    answerWith(502, "<html>Bad gateway</html>");
    await expect(callApi(getPerson, { id })).rejects.toMatchObject({ status: 502, code: "network" });
  });

  it("tells the listeners when the session is gone, and only then", async () => {
    const lost = vi.fn<() => void>();
    const stop = onSessionLost(lost);
    answerWith(403, JSON.stringify({ error: { code: "permission.denied", message: "没有权限" } }));
    await callApi(getPerson, { id }).catch(() => undefined);
    expect(lost).not.toHaveBeenCalled();
    answerWith(401, JSON.stringify({ error: { code: "session.expired", message: "登录已失效" } }));
    await callApi(getPerson, { id }).catch(() => undefined);
    expect(lost).toHaveBeenCalledOnce();
    stop();
    await callApi(getPerson, { id }).catch(() => undefined);
    expect(lost).toHaveBeenCalledOnce();
  });
});
