import type { EndpointContract, RequestOf, ResponseOf } from "./contracts/endpoint.ts";
import { getCaptcha, logIn } from "./contracts/accounts.ts";
import type { LoginRole } from "./modules.ts";

/** What the API answered. */
export interface Answer<Body> {
  status: number;
  body: Body & { error?: ApiProblem };
  headers: Headers;
}

export interface ApiProblem {
  code: string;
  message: string;
  requestId: string;
  problems: { path: string; message: string }[];
  details: Record<string, unknown>;
}

/**
 * A typed client of the API for programs (the demonstration, tests, benches): one cookie jar, typed by the contracts.
 * Sends what it is told, right or wrong; every status is an answer.
 */
export class ApiClient {
  readonly url: string;
  cookie = "";

  constructor(url: string) {
    this.url = url;
  }

  /** Calls an endpoint; any status is an answer. */
  async call<Contract extends EndpointContract>(
    contract: Contract,
    request: RequestOf<Contract> | Record<string, unknown>,
    headers: Record<string, string> = {},
  ): Promise<Answer<ResponseOf<Contract>>> {
    const { path, rest } = fillPath(contract.path, request as Record<string, unknown>);
    const hasBody = contract.method === "POST" || contract.method === "PUT";
    const query = hasBody ? "" : queryOf(rest);
    return this.raw(contract.method, `/api${path}${query}`, {
      headers: { ...(hasBody ? { "content-type": "application/json" } : {}), ...headers },
      ...(hasBody ? { body: JSON.stringify(rest) } : {}),
    }) as Promise<Answer<ResponseOf<Contract>>>;
  }

  /** Calls and insists on 200; the error says what came instead. */
  async ok<Contract extends EndpointContract>(
    contract: Contract,
    request: RequestOf<Contract>,
    headers: Record<string, string> = {},
  ): Promise<ResponseOf<Contract>> {
    const answer = await this.call(contract, request, headers);
    if (answer.status !== 200) {
      const problem = answer.body.error;
      throw new Error(
        `${contract.id}: ${answer.status} ${problem?.code} ${problem?.message} ${JSON.stringify(problem?.problems)}`,
      );
    }
    return answer.body;
  }

  /** Sends a file, with the fields of the path and of the form. */
  async upload<Contract extends EndpointContract>(
    contract: Contract,
    file: { name: string; bytes: Uint8Array; type: string },
    fields: Record<string, string> = {},
  ): Promise<Answer<ResponseOf<Contract>>> {
    const { path, rest } = fillPath(contract.path, fields);
    const form = new FormData();
    for (const [name, value] of Object.entries(rest)) form.append(name, String(value));
    form.append(
      contract.upload?.field ?? "file",
      new Blob([new Uint8Array(file.bytes)], { type: file.type }),
      file.name,
    );
    return this.raw("POST", `/api${path}`, { body: form }) as Promise<Answer<ResponseOf<Contract>>>;
  }

  /** Any request at all. */
  async raw(
    method: string,
    path: string,
    init: { headers?: Record<string, string>; body?: string | FormData | Uint8Array<ArrayBuffer> } = {},
  ): Promise<Answer<Record<string, unknown>>> {
    const response = await fetch(this.url + path, {
      method,
      redirect: "manual",
      ...init,
      headers: { ...(this.cookie === "" ? {} : { cookie: this.cookie }), ...init.headers },
    });
    for (const line of response.headers.getSetCookie()) this.cookie = line.split(";")[0] ?? "";
    const text = await response.text();
    const isJson = response.headers.get("content-type")?.includes("json") === true;
    return { status: response.status, headers: response.headers, body: isJson ? JSON.parse(text) : {} };
  }

  /** The bytes of a binary endpoint. */
  async bytes(path: string): Promise<{ status: number; bytes: Uint8Array; headers: Headers }> {
    const response = await fetch(`${this.url}/api${path}`, { headers: { cookie: this.cookie } });
    return {
      status: response.status,
      bytes: new Uint8Array(await response.arrayBuffer()),
      headers: response.headers,
    };
  }

  /** A captcha's two fields, answered. */
  async captcha(text = "TEST"): Promise<{ captchaId: string; captchaText: string }> {
    const { captchaId } = await this.ok(getCaptcha, {});
    return { captchaId, captchaText: text };
  }

  /** Signs in, or throws with the reason. */
  async logIn(role: LoginRole, idNumber: string, password: string): Promise<this> {
    await this.ok(logIn, { role, idNumber, password, ...(await this.captcha()) });
    return this;
  }
}

function fillPath(
  pattern: string,
  request: Record<string, unknown>,
): { path: string; rest: Record<string, unknown> } {
  const rest = { ...request };
  const path = pattern.replace(/:(\w+)/g, (_, name: string) => {
    const value = rest[name];
    delete rest[name];
    return encodeSegment(String(value));
  });
  return { path, rest };
}

/** Percent-encodes any text: a lone surrogate has no UTF-8, so it goes as the three bytes that a server must refuse. */
function encodeSegment(text: string): string {
  return text
    .split(/(\p{Surrogate})/u)
    .map((part) => {
      if (!/^\p{Surrogate}$/u.test(part)) return encodeURIComponent(part);
      const code = part.charCodeAt(0);
      const bytes = [0xe0 | (code >> 12), 0x80 | ((code >> 6) & 0x3f), 0x80 | (code & 0x3f)];
      return bytes.map((byte) => `%${byte.toString(16)}`).join("");
    })
    .join("");
}

function queryOf(values: Record<string, unknown>): string {
  const entries = Object.entries(values).filter(([, value]) => value !== undefined);
  if (entries.length === 0) return "";
  return `?${new URLSearchParams(Object.fromEntries(entries.map(([name, value]) => [name, String(value)]))).toString()}`;
}
