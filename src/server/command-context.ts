import type { Model } from "mongoose";
import type { Logger } from "pino";
import { AppError } from "../shared/app-error.ts";
import type { Clock } from "../shared/clock.ts";
import type { LoginRole, Module } from "../shared/modules.ts";
import type { RulePacks } from "../rules/load-packs.ts";
import type { WorkflowRuntime } from "../workflows/runtime/context.ts";
import type { Env } from "./env.ts";
import type { JobBell } from "./job-bell.ts";
import type { BrowserPool } from "./printing/browser-pool.ts";
import type { PackRegistry } from "./pack-registry.ts";
import type { Secrets } from "./secrets.ts";

/** Who acts: a signed-in account in one of its roles, with the modules it has right now. */
export interface Actor {
  accountId: string;
  sessionId: string;
  name: string;
  maskedIdNumber: string;
  role: LoginRole;
  roleKey: string;
  organizationId: string;
  organizationName: string;
  /** the professional's own record, in every role of the same account; null without one */
  personId: string | null;
  isSuperAdministrator: boolean;
  modules: ReadonlySet<Module>;
  /** the departments that an administrator is limited to, with those below them; absent: no limit (ADM-13) */
  departmentIds?: readonly string[];
  mustChangePassword: boolean;
}

/** Bytes that arrived with a request, already limited in size and recognised by content. */
export interface UploadedFile {
  path: string;
  name: string;
  size: number;
  mimeType: string;
  sha256: string;
}

/** Sends a text to a phone; a log adapter stands in where no provider is configured. */
export interface PhoneMessenger {
  send(phone: string, text: string): Promise<void>;
}

/** What one installation has, made once at start and the same for every request. */
export interface App {
  env: Env;
  clock: Clock;
  secrets: Secrets;
  /** the rule packs that answer now; another object after each publication */
  readonly packs: RulePacks;
  /** published versions, and the refresh that follows a publication */
  policies: PackRegistry;
  /** process definitions, remembered positions, and the rule packs that answer rule tasks */
  workflow: WorkflowRuntime;
  log: Logger;
  phone: PhoneMessenger;
  /** wakes the job loops of this process */
  jobBell: JobBell;
  /** one browser for everything that is printed; starts with the first use */
  printer: BrowserPool;
  /** commands behind BPMN service tasks, by the name that a definition uses */
  services: ServiceCommands;
  /** this process among the nodes that share the database: lease holder's name */
  nodeId: string;
  isDemonstration: boolean;
  version: string;
}

/** What a service task's command is told: the instance, and what the step that reached it was about. */
export interface ServiceCall {
  name: string;
  instanceId: string;
  businessKind: string;
  businessId: string;
  /** the deciding actor's comment, when a decision led here */
  comment: string;
}

export type ServiceCommands = Readonly<
  Record<string, (ctx: CommandContext, call: ServiceCall) => Promise<void>>
>;

/** Documents to insert by the model that they belong to. */
export type PendingInserts = Map<Model<never>, object[]>;

/** What every command and query gets. It knows no HTTP: jobs, seeds and tests make one the same way. */
export interface CommandContext {
  app: App;
  actor: Actor | null;
  clock: Clock;
  workflow: WorkflowRuntime;
  requestId: string;
  /** client's address, for rate limits; "local" for jobs and seeds */
  address: string;
  /** whether the request came over loopback */
  loopback: boolean;
  newId(): string;
  /**
   * Documents that nothing in the command reads back (audit events, messages), written together just before the
   * commit; null outside of a transaction. Used through `insert-later.ts`.
   */
  pendingInserts: PendingInserts | null;
}

/** The signed-in actor; 401 without one. */
export function requireActor(ctx: CommandContext): Actor {
  if (ctx.actor === null) throw new AppError("session.required");
  return ctx.actor;
}
