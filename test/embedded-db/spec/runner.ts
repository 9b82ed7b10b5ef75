import { setTimeout as sleep } from "node:timers/promises";
import {
  BSON,
  type ClientSession,
  type CommandFailedEvent,
  type CommandStartedEvent,
  type CommandSucceededEvent,
  type Document,
  GridFSBucket,
  MongoClient,
  MongoServerError,
  ReadPreference,
} from "mongodb";
import { match, Mismatch } from "./match.ts";
import { expectTrue, OPERATIONS, Skip, transactionOptions } from "./operations.ts";

/** What the Node driver does otherwise than the specification, whatever the server. */
const DRIVER: [string, RegExp][] = [
  ["bypassDocumentValidation", /bypassDocumentValidation: expected false/],
  ["create-null-ids", /countDocuments: expected 1, got 0/],
  ["retryable-reads/tests/unified/gridfs-download", /filter\._id: expected .*\$eq/],
  ["retryable-writes/tests/unified/bulkWrite", /error\.result\.insertedIds: unexpected field/],
  ["gridfs/tests/download", /expected an error, got .*Buffer/],
];

type CommandEvent = { kind: string; event: CommandStartedEvent | CommandSucceededEvent | CommandFailedEvent };

export interface Outcome {
  file: string;
  test: string;
  /** `refused`: left out on purpose; `driver`: this driver, not the server, differs; `skipped`: not for us or not mapped. */
  status: "passed" | "failed" | "refused" | "driver" | "skipped";
  reason: string;
}

const VERSION = [7, 0, 0];

function versionOrder(text: string): number {
  const parts = text.split(".").map(Number);
  for (let i = 0; i < 3; i++) {
    const order = (VERSION[i] ?? 0) - (parts[i] ?? 0);
    if (order !== 0) return order;
  }
  return 0;
}

/** Whether a one-member replica set of version 7 has to meet the requirements. */
function meets(requirements: Document[] | undefined): boolean {
  if (!requirements) return true;
  return requirements.some(({ minServerVersion, maxServerVersion, topologies, auth, serverless, csfle }) => {
    if (minServerVersion && versionOrder(minServerVersion) < 0) return false;
    if (maxServerVersion && versionOrder(maxServerVersion) > 0) return false;
    if (topologies && !topologies.includes("replicaset")) return false;
    return !auth && serverless !== "require" && !csfle;
  });
}

/** Runs the tests of one unified file against a server. */
export class UnifiedRunner {
  readonly #uri: string;
  readonly #admin: MongoClient;

  constructor(uri: string, admin: MongoClient) {
    this.#uri = uri;
    this.#admin = admin;
  }

  async runFile(file: string, text: string): Promise<Outcome[]> {
    const spec = BSON.EJSON.parse(text, { relaxed: true }) as Document;
    const outcomes: Outcome[] = [];
    for (const test of spec.tests) {
      const done = (status: Outcome["status"], reason = "") =>
        outcomes.push({ file, test: test.description, status, reason });
      if (test.skipReason) done("skipped", test.skipReason);
      else if (!meets(spec.runOnRequirements) || !meets(test.runOnRequirements))
        done("skipped", "not for a one-member replica set of version 7");
      else {
        try {
          await new TestRun(this.#uri, this.#admin).run(spec, test);
          done("passed");
        } catch (error) {
          const reason = error instanceof Error ? `${error.name}: ${error.message}` : String(error);
          if (error instanceof Skip) done("skipped", error.message);
          else if (reason.includes("is not supported by the embedded database")) done("refused", reason);
          else
            done(
              DRIVER.some(([name, pattern]) => file.includes(name) && pattern.test(reason))
                ? "driver"
                : "failed",
              reason,
            );
        }
      }
    }
    return outcomes;
  }
}

class TestRun {
  readonly #uri: string;
  readonly #admin: MongoClient;
  readonly #entities = new Map<string, unknown>();
  readonly #events = new Map<string, CommandEvent[]>();
  readonly #clients: MongoClient[] = [];
  #callbacks = 0;

  constructor(uri: string, admin: MongoClient) {
    this.#uri = uri;
    this.#admin = admin;
  }

  async run(spec: Document, test: Document): Promise<void> {
    try {
      for (const data of spec.initialData ?? []) await this.#seed(data);
      for (const entity of spec.createEntities ?? []) await this.#create(entity);
      for (const operation of test.operations) await this.#execute(operation);
      for (const expected of test.expectEvents ?? []) this.#checkEvents(expected);
      for (const outcome of test.outcome ?? []) await this.#checkOutcome(outcome);
    } finally {
      await this.#admin.db("admin").command({ configureFailPoint: "failCommand", mode: "off" });
      for (const entity of this.#entities.values()) {
        if (isSession(entity)) await entity.endSession().catch(() => {});
      }
      await Promise.all(this.#clients.map((client) => client.close().catch(() => {})));
      await this.#admin.db("admin").command({ killAllSessions: [] });
    }
  }

  async #seed({ databaseName, collectionName, documents, createOptions }: Document): Promise<void> {
    const db = this.#admin.db(databaseName);
    await db.collection(collectionName).drop();
    if (documents.length === 0 || createOptions) await db.createCollection(collectionName, createOptions);
    if (documents.length > 0) await db.collection(collectionName).insertMany(documents);
  }

  async #create(entity: Document): Promise<void> {
    const [[kind, spec]] = Object.entries(entity) as [[string, Document]];
    const options = this.#resolve(spec[`${kind}Options`] ?? {}) as Document;
    switch (kind) {
      case "client":
        return this.#createClient(spec);
      case "database":
        this.#entities.set(
          spec.id,
          (this.#entities.get(spec.client) as MongoClient).db(spec.databaseName, readOptions(options)),
        );
        return;
      case "collection": {
        const db = this.#entities.get(spec.database) as ReturnType<MongoClient["db"]>;
        this.#entities.set(spec.id, db.collection(spec.collectionName, readOptions(options)));
        return;
      }
      case "session": {
        const client = this.#entities.get(spec.client) as MongoClient;
        const given = spec.sessionOptions ?? {};
        const session = client.startSession({
          ...given,
          ...(given.defaultTransactionOptions
            ? { defaultTransactionOptions: transactionOptions(given.defaultTransactionOptions) }
            : {}),
        });
        this.#entities.set(spec.id, session);
        return;
      }
      case "bucket":
        this.#entities.set(
          spec.id,
          new GridFSBucket(
            this.#entities.get(spec.database) as ReturnType<MongoClient["db"]>,
            spec.bucketOptions,
          ),
        );
        return;
      default:
        throw new Skip(`entity ${kind} is not supported by the runner`);
    }
  }

  async #createClient(spec: Document): Promise<void> {
    const options = { ...spec.uriOptions, monitorCommands: true };
    if (spec.autoEncryptOpts) throw new Skip("client-side encryption");
    if (spec.serverApi) options.serverApi = spec.serverApi;
    if (options.readPreference) options.readPreference = new ReadPreference(options.readPreference);
    const client = new MongoClient(this.#uri, {
      heartbeatFrequencyMS: 500,
      minHeartbeatFrequencyMS: 50,
      serverSelectionTimeoutMS: 5000,
      ...options,
    });
    const events: CommandEvent[] = [];
    const ignored = new Set(["configureFailPoint", ...(spec.ignoreCommandMonitoringEvents ?? [])]);
    for (const kind of spec.observeEvents ?? []) {
      if (!kind.startsWith("command")) continue;
      client.on(kind.replace("Event", "") as "commandStarted", (event) => {
        if (!ignored.has(event.commandName)) events.push({ kind, event: frozen(event) });
      });
    }
    this.#events.set(spec.id, events);
    this.#entities.set(spec.id, client);
    this.#clients.push(client);
    await client.connect();
  }

  /** Replaces names of sessions by the sessions. */
  #resolve(value: unknown): unknown {
    if (Array.isArray(value)) return value.map((item) => this.#resolve(item));
    if (
      typeof value !== "object" ||
      value === null ||
      "_bsontype" in value ||
      value instanceof Date ||
      value instanceof Uint8Array
    )
      return value;
    return Object.fromEntries(
      Object.entries(value).map(([name, item]) => [
        name,
        name === "session"
          ? this.#entities.get(String(item))
          : name === "readPreference"
            ? new ReadPreference((item as Document).mode ?? item)
            : this.#resolve(item),
      ]),
    );
  }

  async #execute(operation: Document): Promise<void> {
    if (operation.object === "testRunner") return this.#testRunner(operation);
    const run = OPERATIONS[operation.name];
    if (!run) throw new Skip(`operation ${operation.name} is not mapped`);
    const target = this.#entities.get(operation.object);
    const args = this.#resolve(operation.arguments ?? {}) as Document;
    if (operation.name === "withTransaction") args.callback = operation.arguments.callback;
    const call = {
      target,
      args,
      run: async (operations: Document[]) => {
        this.#callbacks++;
        try {
          for (const one of operations) await this.#execute(one);
        } finally {
          this.#callbacks--;
        }
      },
    };
    let result: unknown;
    try {
      result = await run(call);
    } catch (error) {
      if (error instanceof Skip || error instanceof Mismatch) throw error;
      const inCallback = this.#callbacks > 0;
      if (operation.expectError) this.#checkError(operation.expectError, error);
      // Inside a callback the error goes on to withTransaction, which decides about a retry.
      if (inCallback || !(operation.expectError || operation.ignoreResultAndError)) throw error;
      return;
    }
    if (operation.expectError)
      throw new Mismatch(`${operation.name}: expected an error, got ${JSON.stringify(result)}`);
    if ("expectResult" in operation)
      match(operation.expectResult, normal(result), {
        path: operation.name,
        root: true,
        entities: this.#entities,
      });
    if (operation.saveResultAsEntity) this.#entities.set(operation.saveResultAsEntity, result);
  }

  async #testRunner({ name, arguments: args = {} }: Document): Promise<void> {
    const session = this.#entities.get(args.session) as (ClientSession & Document) | undefined;
    switch (name) {
      case "failPoint":
      case "targetedFailPoint":
        await this.#admin.db("admin").command(args.failPoint);
        return;
      case "assertSessionTransactionState":
        return expectTrue(
          stateOf(session) === args.state,
          `transaction state ${args.state}, is ${stateOf(session)}`,
        );
      case "assertSessionPinned":
      case "assertSessionUnpinned":
        throw new Skip("pinning is for sharded clusters");
      case "assertSessionDirty":
        return expectTrue(session?.serverSession.isDirty === true, "session is dirty");
      case "assertSessionNotDirty":
        return expectTrue(session?.serverSession.isDirty === false, "session is not dirty");
      case "assertDifferentLsidOnLastTwoCommands":
      case "assertSameLsidOnLastTwoCommands":
        return this.#compareLsids(args.client, name.startsWith("assertSame"));
      case "assertCollectionExists":
      case "assertCollectionNotExists": {
        const found = await this.#admin
          .db(args.databaseName)
          .listCollections({ name: args.collectionName })
          .toArray();
        return expectTrue((found.length === 1) === (name === "assertCollectionExists"), name);
      }
      case "assertIndexExists":
      case "assertIndexNotExists":
        await OPERATIONS[name]?.({ target: this.#admin, args, run: async () => {} });
        return;
      case "createEntities":
        for (const entity of args.entities) await this.#create(entity);
        return;
      case "wait":
        await sleep(args.ms);
        return;
      default:
        throw new Skip(`test runner operation ${name} is not supported`);
    }
  }

  #compareLsids(client: string, same: boolean): void {
    const started = (this.#events.get(client) ?? [])
      .filter(({ kind }) => kind === "commandStartedEvent")
      .slice(-2);
    const [a, b] = started.map(({ event }) => JSON.stringify((event as CommandStartedEvent).command.lsid));
    expectTrue((a === b) === same, same ? "same lsid" : "different lsid");
  }

  #checkError(expected: Document, error: unknown): void {
    const server = error instanceof MongoServerError ? error : null;
    const where = `${String(error)}`;
    const isClient = !server;
    if (expected.isClientError !== undefined && expected.isClientError !== isClient)
      throw new Mismatch(`isClientError ${expected.isClientError}: ${where}`);
    if (expected.errorCode !== undefined && Number(server?.code) !== expected.errorCode)
      throw new Mismatch(`errorCode ${expected.errorCode}: got ${server?.code} ${where}`);
    if (
      expected.errorCodeName !== undefined &&
      server?.codeName !== expected.errorCodeName &&
      server?.errorResponse?.codeName !== expected.errorCodeName
    )
      throw new Mismatch(`errorCodeName ${expected.errorCodeName}: got ${server?.codeName} ${where}`);
    if (
      expected.errorContains &&
      !String((error as Error).message)
        .toLowerCase()
        .includes(expected.errorContains.toLowerCase())
    )
      throw new Mismatch(`errorContains ${expected.errorContains}: ${where}`);
    const has = (label: string) =>
      (error as { hasErrorLabel?(label: string): boolean }).hasErrorLabel?.(label) === true;
    for (const label of expected.errorLabelsContain ?? [])
      if (!has(label)) throw new Mismatch(`label ${label} is missing: ${where}`);
    for (const label of expected.errorLabelsOmit ?? [])
      if (has(label)) throw new Mismatch(`label ${label} is there: ${where}`);
    if (expected.expectResult)
      match(expected.expectResult, normal((error as { result?: unknown }).result), {
        path: "error.result",
        root: true,
        entities: this.#entities,
      });
    if (expected.errorResponse)
      match(expected.errorResponse, server?.errorResponse, {
        path: "error.response",
        root: true,
        entities: this.#entities,
      });
  }

  #checkEvents({ client, events, eventType, ignoreExtraEvents }: Document): void {
    if (eventType && eventType !== "command") throw new Skip(`events of type ${eventType}`);
    const actual = this.#events.get(client) ?? [];
    const wanted = ignoreExtraEvents ? actual.slice(0, events.length) : actual;
    if (wanted.length !== events.length)
      throw new Mismatch(
        `expected ${events.length} events, got ${actual.map(({ kind, event }) => `${kind}:${event.commandName}`).join(" ")}`,
      );
    for (const [i, one] of events.entries()) {
      const [[kind, expected]] = Object.entries(one) as [[string, Document]];
      const { kind: actualKind, event } = wanted[i] as CommandEvent;
      if (kind !== actualKind)
        throw new Mismatch(`event ${i}: expected ${kind}, got ${actualKind} ${event.commandName}`);
      const entities = this.#entities;
      if (expected.command)
        match(expected.command, withoutDefault((event as CommandStartedEvent).command, expected.command), {
          path: `event ${i}`,
          root: true,
          entities,
        });
      if (expected.reply)
        match(expected.reply, (event as CommandSucceededEvent).reply, {
          path: `event ${i}`,
          root: true,
          entities,
        });
      if (expected.commandName && expected.commandName !== event.commandName)
        throw new Mismatch(`event ${i}: command ${event.commandName}`);
      if (expected.databaseName && expected.databaseName !== (event as CommandStartedEvent).databaseName)
        throw new Mismatch(`event ${i}: database`);
    }
  }

  async #checkOutcome({ databaseName, collectionName, documents }: Document): Promise<void> {
    const actual = await this.#admin
      .db(databaseName)
      .collection(collectionName)
      .find({}, { sort: { _id: 1 } })
      .toArray();
    match(documents, actual, { path: "outcome", root: false, entities: this.#entities });
  }
}

/** A copy of an event as it is now: the driver goes on changing its command objects. */
function frozen<T extends CommandStartedEvent | CommandSucceededEvent | CommandFailedEvent>(event: T): T {
  if (!("command" in event)) return event;
  const command = BSON.deserialize(BSON.serialize(event.command, { ignoreUndefined: true }));
  return Object.assign(Object.create(Object.getPrototypeOf(event)), event, { command });
}

/** The driver adds a wtimeout of 10 s to every commit and abort. */
function withoutDefault(command: Document, expected: Document): Document {
  const concern = command.writeConcern;
  if (concern?.wtimeout !== 10_000 || expected.writeConcern?.wtimeout !== undefined) return command;
  return {
    ...command,
    writeConcern: Object.fromEntries(Object.entries(concern).filter(([name]) => name !== "wtimeout")),
  };
}

function readOptions(options: Document): Document {
  return options.readPreference
    ? {
        ...options,
        readPreference: new ReadPreference(options.readPreference.mode ?? options.readPreference),
      }
    : options;
}

function isSession(value: unknown): value is ClientSession {
  return typeof value === "object" && value !== null && "endSession" in value;
}

const STATES: Record<string, string> = {
  NO_TRANSACTION: "none",
  STARTING_TRANSACTION: "starting",
  TRANSACTION_IN_PROGRESS: "in_progress",
  TRANSACTION_COMMITTED: "committed",
  TRANSACTION_COMMITTED_EMPTY: "committed",
  TRANSACTION_ABORTED: "aborted",
};

function stateOf(session: (ClientSession & Document) | undefined): string | undefined {
  return STATES[session?.transaction.state];
}

/** Results of the driver as the format writes them. */
function normal(result: unknown): unknown {
  if (
    typeof result !== "object" ||
    result === null ||
    Array.isArray(result) ||
    result instanceof Uint8Array ||
    "_bsontype" in result
  )
    return result;
  const plain: Document = {};
  for (const name of Object.keys(result).concat(
    "insertedCount" in result
      ? [
          "insertedCount",
          "matchedCount",
          "modifiedCount",
          "deletedCount",
          "upsertedCount",
          "upsertedIds",
          "insertedIds",
        ]
      : [],
  )) {
    const value = (result as Document)[name];
    if (typeof value !== "function")
      plain[name] = value === null && name === "upsertedId" ? undefined : value;
  }
  return plain;
}
