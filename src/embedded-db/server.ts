import { once } from "node:events";
import { chmodSync, rmSync } from "node:fs";
import { type AddressInfo, createServer, type Server as NetServer, type Socket } from "node:net";
import type { Server } from "./commands/context.ts";
import { Cursors } from "./commands/cursors.ts";
import { answer } from "./commands/dispatch.ts";
import { removeExpired } from "./commands/expiry.ts";
import { filterOf } from "./query/find.ts";
import { Sessions } from "./sessions/sessions.ts";
import { Catalog } from "./storage/catalog.ts";
import { damageOf } from "./storage/data-file.ts";
import { lockFolder } from "./storage/folder.ts";
import { findOrphans } from "./storage/index-build.ts";
import type { Engine } from "./storage/transactions.ts";
import { Store } from "./storage/store.ts";
import { serve } from "./wire/connection.ts";

export interface Listening {
  /** Connection string for the driver. */
  uri: string;
  close(): Promise<void>;
}

export interface ServerOptions {
  dataDir: string;
  /** Unix socket to listen on; otherwise a loopback port. */
  socketPath: string | null;
  /** Loopback port; 0 for any free one. */
  port: number;
  /** Allows `configureFailPoint`, for tests of drivers. */
  failPoints: boolean;
}

const HOUSEKEEPING_MS = 5_000;

/** Opens a data folder. Throws a plain message when it cannot be used; nothing in it is changed then. */
function openEngine(dataDir: string): { engine: Engine; close: () => Promise<void> } {
  const lock = lockFolder(dataDir);
  try {
    const store = new Store(dataDir);
    const catalog = new Catalog(store, (filter) => filterOf(filter, new Map()));
    lock.opened();
    const close = () => store.close().then(lock.release);
    return { engine: { store, catalog, locks: new Map() }, close };
  } catch (error) {
    lock.release();
    throw damageOf(dataDir, error);
  }
}

/** Starts serving a data folder. */
export async function startServer(options: ServerOptions): Promise<Listening> {
  const { engine, close } = openEngine(options.dataDir);
  const cursors = new Cursors();
  const server: Server = {
    engine,
    sessions: new Sessions(engine, (transaction) => cursors.closeOf(transaction)),
    cursors,
    address: "",
    failPoints: { enabled: options.failPoints, active: null, left: 0, skip: 0 },
  };
  const sockets = new Set<Socket>();
  const net = createServer((socket) => {
    sockets.add(socket);
    socket.on("close", () => sockets.delete(socket));
    serve(socket, (command) => answer(server, command));
  });
  const sweep = findOrphans(engine.store, engine.catalog);
  server.address = await listen(net, options);
  sweep().catch(() => {});
  const timer = keepHouse(server);
  const host = options.socketPath === null ? server.address : encodeURIComponent(server.address);
  return {
    uri: `mongodb://${host}/?directConnection=true`,
    async close() {
      clearInterval(timer);
      net.close();
      server.sessions.abortAll();
      cursors.closeAll();
      for (const socket of sockets) socket.destroy();
      await close();
      if (options.socketPath !== null) rmSync(options.socketPath, { force: true });
    },
  };
}

/** Ends now and then what nobody uses any more. */
function keepHouse(server: Server): NodeJS.Timeout {
  const { sessions, cursors } = server;
  let cleaning: Promise<unknown> | null = null;
  return setInterval(() => {
    const now = Date.now();
    sessions.expire(now);
    cursors.expire(now);
    cleaning ??= Promise.all([removeExpired(server, now), sessions.removeRecords(now)])
      .catch(() => {})
      .finally(() => {
        cleaning = null;
      });
  }, HOUSEKEEPING_MS);
}

/** Listens on a private socket, or on loopback and nowhere else; returns where. */
async function listen(net: NetServer, { socketPath, port }: ServerOptions): Promise<string> {
  if (socketPath !== null) rmSync(socketPath, { force: true });
  net.listen(socketPath === null ? { host: "127.0.0.1", port } : { path: socketPath });
  await once(net, "listening");
  if (socketPath === null) return `127.0.0.1:${(net.address() as AddressInfo).port}`;
  chmodSync(socketPath, 0o600);
  return socketPath;
}
