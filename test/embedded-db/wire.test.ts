import { connect, type Socket } from "node:net";
import fc from "fast-check";
import { BSON, type Document } from "mongodb";
import { afterAll, beforeAll, expect, it } from "vitest";
import { startTestDatabase, type TestDatabase } from "./support.ts";

/** Bytes that no driver sends: each is answered or the connection is closed, and the server goes on. */
let db: TestDatabase;
beforeAll(async () => {
  db = await startTestDatabase();
});
afterAll(() => db.close());

const PING_ID = 77;

function message(command: Document, requestId: number): Buffer {
  const body = BSON.serialize(command);
  const bytes = Buffer.alloc(21 + body.length);
  bytes.writeInt32LE(bytes.length, 0);
  bytes.writeInt32LE(requestId, 4);
  bytes.writeInt32LE(2013, 12);
  bytes.set(body, 21);
  return bytes;
}

const PING = message({ ping: 1, $db: "x" }, PING_ID);
const INSERT = message(
  {
    insert: "rows",
    documents: [
      { _id: 1, text: "abc", list: [1, "two", { three: 3 }], bytes: Buffer.from("bytes"), when: new Date(0) },
    ],
    $db: "x",
  },
  1,
);

/** True when the last of these replies answers the ping. */
function endsInPong(bytes: Buffer): boolean {
  for (let at = 0; at + 16 <= bytes.length; at += bytes.readInt32LE(at)) {
    if (bytes.readInt32LE(at + 8) === PING_ID) return true;
  }
  return false;
}

/** Sends bytes and a ping after them; says whether the ping was answered or the connection closed. */
function send(bytes: Buffer): Promise<"answered" | "closed"> {
  return new Promise((resolve, reject) => {
    const address = decodeURIComponent(db.server.uri.slice("mongodb://".length).split("/?")[0] as string);
    const port = /^127\.0\.0\.1:(\d+)$/.exec(address)?.[1];
    const socket: Socket = port === undefined ? connect(address) : connect(Number(port));
    const timer = setTimeout(() => reject(new Error(`no answer to ${bytes.toString("hex")}`)), 5_000);
    let got = Buffer.alloc(0);
    const settle = (result: "answered" | "closed") => {
      clearTimeout(timer);
      socket.destroy();
      resolve(result);
    };
    socket.on("data", (chunk: Buffer) => {
      got = Buffer.concat([got, chunk]);
      if (endsInPong(got)) settle("answered");
    });
    socket.on("close", () => settle("closed"));
    socket.on("error", () => settle("closed"));
    socket.write(Buffer.concat([bytes, PING]));
  });
}

it("answers a well-formed message and the ping behind it", async () => {
  expect(await send(INSERT)).toBe("answered");
});

it("survives any bytes inside of a message", async () => {
  const changes = fc.array(
    fc.tuple(fc.integer({ min: 16, max: INSERT.length - 1 }), fc.integer({ min: 0, max: 255 })),
    {
      minLength: 1,
      maxLength: 4,
    },
  );
  await fc.assert(
    fc.asyncProperty(changes, async (bytes) => {
      const broken = Buffer.from(INSERT);
      for (const [at, value] of bytes) broken[at] = value;
      await send(broken);
      expect(await send(PING)).toBe("answered");
    }),
    { numRuns: 400 },
  );
}, 60_000);

it("refuses a string of a negative length", async () => {
  const rows = db.client.db("x").collection("rows");
  await rows.deleteMany({});
  const broken = Buffer.from(INSERT);
  broken.writeInt32LE(-20, broken.indexOf("abc") - 4);
  expect(await send(broken)).toBe("answered");
  expect(await rows.countDocuments()).toBe(0);
  expect(await send(INSERT)).toBe("answered");
  expect(await rows.countDocuments()).toBe(1);
});

it.each([-1, 0, 4])("refuses a section, and a document in a section, of %i bytes", async (size) => {
  const body = BSON.serialize({ insert: "rows", $db: "x" });
  const section = Buffer.from("\x01....documents\0....");
  for (const at of [1, section.length - 4]) {
    const broken = Buffer.from(section);
    broken.writeInt32LE(section.length - 1, 1);
    broken.writeInt32LE(5, section.length - 4);
    broken.writeInt32LE(size, at);
    const bytes = Buffer.concat([INSERT.subarray(0, 21), body, broken]);
    bytes.writeInt32LE(bytes.length, 0);
    expect(await send(bytes)).toBe("answered");
  }
});

it("refuses a type that is not stored as often as it comes", async () => {
  const nested = { a: { b: { c: new BSON.BSONSymbol("old") } } };
  for (let i = 0; i < 100; i++)
    await expect(db.client.db("x").command({ ping: 1, nested })).rejects.toThrow("BSON type 14");
});

it("takes 180 levels and no more", async () => {
  const rows = db.client.db("x").collection<Document>("deep");
  let deep: Document = {};
  for (let level = 2; level <= 180; level++) deep = { deep };
  await rows.insertOne({ ...deep, _id: 1 as never });
  expect(await rows.findOne()).toEqual({ ...deep, _id: 1 });
  await expect(rows.insertOne({ deep, _id: 2 as never })).rejects.toMatchObject({ code: 15 });
});
