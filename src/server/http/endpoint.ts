import type { EndpointContract, InputOf, ResponseOf } from "../../shared/contracts/endpoint.ts";
import type { CommandContext, UploadedFile } from "../command-context.ts";
import type { BinaryResult } from "./binary-result.ts";

/** The lines of route tables: a contract, the command or query behind it, and its presenter (style rule 6). */

type AnyContract = EndpointContract;

type HandlerInput<Contract> = InputOf<Contract> &
  (Contract extends { upload: object } ? { file: UploadedFile } : unknown);
type Handler<Contract, Result> = (ctx: CommandContext, input: HandlerInput<Contract>) => Promise<Result>;
type View<Contract> = Contract extends { binary: object } ? BinaryResult : ResponseOf<Contract>;
type Presenter<Contract, Result> = (
  result: Result,
  ctx: CommandContext,
) => View<Contract> | Promise<View<Contract>>;

export interface EndpointOptions<Result> {
  /** the session token that the answer sets as a cookie; null removes it */
  sessionToken?: (result: Result) => string | null;
  /** answers that may never be kept for a repeated submit (they hold a secret) */
  keepAnswer?: boolean;
}

export type EndpointKind = "command" | "query" | "orchestration";

export interface Endpoint {
  kind: EndpointKind;
  contract: AnyContract;
  handle(ctx: CommandContext, input: never): Promise<unknown>;
  present(result: never, ctx: CommandContext): unknown;
  sessionToken: ((result: never) => string | null) | null;
  keepAnswer: boolean;
}

function line(kind: EndpointKind) {
  return <Contract extends AnyContract, Result>(
    contract: Contract,
    handler: Handler<Contract, Result>,
    ...[presenter, options]: Result extends View<Contract>
      ? [presenter?: Presenter<Contract, Result>, options?: EndpointOptions<Result>]
      : [presenter: Presenter<Contract, Result>, options?: EndpointOptions<Result>]
  ): Endpoint => ({
    kind,
    contract,
    handle: handler as Endpoint["handle"],
    present: (presenter ?? ((result: Result) => result)) as Endpoint["present"],
    sessionToken: (options?.sessionToken ?? null) as Endpoint["sessionToken"],
    keepAnswer: options?.keepAnswer ?? options?.sessionToken === undefined,
  });
}

/** A write: one transaction, kept answer for a repeated Idempotency-Key. */
export const command = line("command");
/** A read: no transaction. */
export const query = line("query");
/** A write made of several commands, each in a transaction of its own. */
export const orchestration = line("orchestration");
