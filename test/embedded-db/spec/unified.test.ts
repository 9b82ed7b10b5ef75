import { MongoClient } from "mongodb";
import { afterAll, beforeAll, expect, it } from "vitest";
import { startTestDatabase, type TestDatabase } from "../support.ts";
import { UnifiedRunner } from "./runner.ts";

/** Cases of our own in the unified format: what the platform leans on, with the commands that must go over the wire. */
const CASES = {
  description: "own cases",
  schemaVersion: "1.0",
  createEntities: [
    { client: { id: "client", observeEvents: ["commandStartedEvent"] } },
    { database: { id: "db", client: "client", databaseName: "own" } },
    { collection: { id: "rows", database: "db", collectionName: "rows" } },
    { session: { id: "session", client: "client" } },
  ],
  initialData: [
    {
      databaseName: "own",
      collectionName: "rows",
      documents: [
        { _id: 1, n: 1 },
        { _id: 2, n: 2 },
      ],
    },
  ],
  tests: [
    {
      description: "a claim by findOneAndUpdate takes the first match in order and says so on the wire",
      operations: [
        {
          name: "findOneAndUpdate",
          object: "rows",
          arguments: {
            filter: { n: { $gt: 0 } },
            update: { $set: { by: "w" } },
            sort: { n: -1 },
            returnDocument: "After",
          },
          expectResult: { _id: 2, n: 2, by: "w" },
        },
      ],
      expectEvents: [
        {
          client: "client",
          events: [
            {
              commandStartedEvent: {
                command: { findAndModify: "rows", new: true },
                commandName: "findAndModify",
              },
            },
          ],
        },
      ],
      outcome: [
        {
          databaseName: "own",
          collectionName: "rows",
          documents: [
            { _id: 1, n: 1 },
            { _id: 2, n: 2, by: "w" },
          ],
        },
      ],
    },
    {
      description: "a retried insert after a cut connection is carried out once",
      operations: [
        {
          name: "failPoint",
          object: "testRunner",
          arguments: {
            client: "client",
            failPoint: { configureFailPoint: "onPrimaryTransactionalWrite", mode: { times: 1 } },
          },
        },
        { name: "insertOne", object: "rows", arguments: { document: { _id: 3 } } },
      ],
      outcome: [
        {
          databaseName: "own",
          collectionName: "rows",
          documents: [{ _id: 1, n: 1 }, { _id: 2, n: 2 }, { _id: 3 }],
        },
      ],
    },
    {
      description: "a transaction whose commit is cut off is committed once",
      operations: [
        { name: "startTransaction", object: "session" },
        {
          name: "updateOne",
          object: "rows",
          arguments: { session: "session", filter: { _id: 1 }, update: { $inc: { n: 10 } } },
          expectResult: { matchedCount: 1, modifiedCount: 1, upsertedCount: 0 },
        },
        {
          name: "failPoint",
          object: "testRunner",
          arguments: {
            client: "client",
            failPoint: {
              configureFailPoint: "failCommand",
              mode: { times: 1 },
              data: { failCommands: ["commitTransaction"], closeConnection: true },
            },
          },
        },
        { name: "commitTransaction", object: "session" },
      ],
      outcome: [
        {
          databaseName: "own",
          collectionName: "rows",
          documents: [
            { _id: 1, n: 11 },
            { _id: 2, n: 2 },
          ],
        },
      ],
    },
    {
      description: "a duplicate key inside a transaction ends it",
      operations: [
        { name: "startTransaction", object: "session" },
        { name: "insertOne", object: "rows", arguments: { session: "session", document: { _id: 9 } } },
        {
          name: "insertOne",
          object: "rows",
          arguments: { session: "session", document: { _id: 1 } },
          expectError: { errorCode: 11000, errorLabelsOmit: ["TransientTransactionError"] },
        },
        { name: "abortTransaction", object: "session" },
      ],
      outcome: [
        {
          databaseName: "own",
          collectionName: "rows",
          documents: [
            { _id: 1, n: 1 },
            { _id: 2, n: 2 },
          ],
        },
      ],
    },
  ],
};

let db: TestDatabase;
let admin: MongoClient;
beforeAll(async () => {
  db = await startTestDatabase({ allowFailPoints: true });
  admin = await new MongoClient(db.server.uri).connect();
});
afterAll(async () => {
  await admin.close();
  await db.close();
});

it("our own unified cases pass", async () => {
  const outcomes = await new UnifiedRunner(db.server.uri, admin).runFile("own", JSON.stringify(CASES));
  expect(outcomes.map(({ test, status, reason }) => ({ test, status, reason }))).toEqual(
    CASES.tests.map(({ description }) => ({ test: description, status: "passed", reason: "" })),
  );
});

it("the runner notices a wrong result, a wrong event and a wrong outcome", async () => {
  const [claim] = CASES.tests;
  const { operations, ...rest } = structuredClone(claim) as { operations: object[] };
  const tests = [
    { ...rest, operations: [{ ...operations[0], expectResult: { _id: 1 } }] },
    {
      ...rest,
      operations,
      expectEvents: [{ client: "client", events: [{ commandStartedEvent: { commandName: "find" } }] }],
    },
    { ...rest, operations, outcome: [{ databaseName: "own", collectionName: "rows", documents: [] }] },
  ];
  for (const test of tests) {
    const spec = JSON.stringify({ ...CASES, tests: [test] });
    const [outcome] = await new UnifiedRunner(db.server.uri, admin).runFile("own", spec);
    expect(outcome?.status).toBe("failed");
  }
});
