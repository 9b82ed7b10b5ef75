import { createServer, type Server as NetServer, type Socket } from "node:net";
import { chmodSync, rmSync } from "node:fs";
import { answer } from "./commands/dispatch.ts";
import type { Server } from "./commands/context.ts";
import { Cursors } from "./commands/cursors.ts";
import { expressionsWith } from "./expressions/table.ts";
import { compileFilter } from "./matcher/filter.ts";
import { Sessions } from "./sessions/sessions.ts";
import { Catalog } from "./storage/catalog.ts";
import { damageOf } from "./storage/data-file.ts";
import { lockFolder } from "./storage/folder.ts";
import { findOrphans } from "./storage/index-build.ts";
import { LockTable } from "./storage/locks.ts";
import type { Engine } from "./storage/operation.ts";
import { Store } from "./storage/store.ts";
import { serve } from "./wire/connection.ts";
import { removeExpired } from "./storage/expiry.ts";

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
export function openEngine(dataDir: string): { engine: Engine; close: () => Promise<void> } {
  const lock = lockFolder(dataDir);
  try {
    const store = new Store(dataDir);
    const catalog = new Catalog(store, (filter) => compileFilter(filter, expressionsWith(new Map())));
    lock.opened();
    const engine: Engine = { store, catalog, locks: new LockTable() };
    return {
      engine,
      close: async () => {
        await store.close();
        lock.release();
      },
    };
  } catch (error) {
    lock.release();
    throw damageOf(dataDir, error);
  }
}

/** Starts serving a data folder. */
export async function startServer(options: ServerOptions): Promise<Listening> {
  const { engine, close } = openEngine(options.dataDir);
  const server: Server = {
    engine,
    sessions: new Sessions(engine),
    cursors: new Cursors(),
    address: "",
    startedAt: new Date(),
    failPoints: { enabled: options.failPoints, active: null, left: 0, skip: 0, onWrite: false },
  };
  const sockets = new Set<Socket>();
  const net = createServer((socket) => {
    sockets.add(socket);
    socket.on("close", () => sockets.delete(socket));
    serve(socket, (command, connection) => answer(server, command, connection));
  });
  const sweep = findOrphans(engine.store, engine.catalog);
  const uri = await listen(net, options, server);
  const timer = setInterval(() => housekeep(server), HOUSEKEEPING_MS);
  sweep().catch(() => {});
  return {
    uri,
    async close() {
      clearInterval(timer);
      net.close();
      server.sessions.abortAll();
      server.cursors.closeAll();
      for (const socket of sockets) socket.destroy();
      await close();
      if (options.socketPath !== null) rmSync(options.socketPath, { force: true });
    },
  };
}

let cleaning = false;

function housekeep(server: Server): void {
  const now = Date.now();
  server.sessions.expire(now);
  server.cursors.expire(now);
  if (cleaning) return;
  cleaning = true;
  removeExpired(server.engine, new Date(now))
    .catch(() => {})
    .finally(() => {
      cleaning = false;
    });
}

/** Listens on a private socket, or on loopback and nowhere else. */
function listen(net: NetServer, { socketPath, port }: ServerOptions, server: Server): Promise<string> {
  return new Promise((resolve, reject) => {
    net.once("error", reject);
    if (socketPath !== null) {
      rmSync(socketPath, { force: true });
      net.listen(socketPath, () => {
        chmodSync(socketPath, 0o600);
        server.address = socketPath;
        resolve(`mongodb://${encodeURIComponent(socketPath)}/?directConnection=true`);
      });
      return;
    }
    net.listen({ host: "127.0.0.1", port }, () => {
      const bound = net.address();
      const actual = typeof bound === "object" && bound !== null ? bound.port : port;
      server.address = `127.0.0.1:${actual}`;
      resolve(`mongodb://127.0.0.1:${actual}/?directConnection=true`);
    });
  });
}
