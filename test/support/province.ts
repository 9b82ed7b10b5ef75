import { afterAll, beforeAll } from "vitest";
import { startTestServer, type TestServer, type TestServerOptions } from "./server.ts";
import { buildWorld, type World } from "./world.ts";

/**
 * A server with the small province for all tests of a file, closed after them. Both objects are filled before the
 * first test and before hooks that are registered later; nothing may be read from them earlier.
 */
export function useProvince(options: TestServerOptions = {}): { server: TestServer; world: World } {
  const server = {} as TestServer;
  const world = {} as World;
  beforeAll(async () => {
    Object.assign(server, await startTestServer(options));
    Object.assign(world, await buildWorld(server.app));
  });
  afterAll(() => server.close());
  return { server, world };
}
