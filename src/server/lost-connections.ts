import { createRequire } from "node:module";
import { MongoNetworkError } from "mongodb";

/** What is used of the driver's own class; its typings do not have it. */
interface DriverConnection {
  readonly socket: { readonly destroyed: boolean };
  onError(error: Error): void;
  writeCommand(command: unknown, options: unknown): Promise<void>;
}

let isDone = false;

/**
 * Has the driver refuse a command whose connection was lost a moment ago. Between the end of a socket and the driver's
 * hearing of it lies a turn of the event loop; a command written then is not sent, and the driver waits for ever for
 * room in a socket that is gone (decision 26). Refused, it is tried again where the driver tries others again, and is an
 * error for the caller where it does not. Does nothing when called again.
 */
export function refuseLostConnections(): void {
  if (isDone) return;
  isDone = true;
  const driver = createRequire(import.meta.url)("mongodb/lib/cmap/connection.js") as {
    Connection: { prototype: DriverConnection };
  };
  const { prototype } = driver.Connection;
  const { writeCommand } = prototype;
  prototype.writeCommand = async function (this: DriverConnection, command, options) {
    if (this.socket.destroyed) {
      const error = new MongoNetworkError("the connection was lost before the command was sent");
      this.onError(error);
      throw error;
    }
    return await writeCommand.call(this, command, options);
  };
}
