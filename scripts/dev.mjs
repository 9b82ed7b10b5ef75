/** `npm run dev`: the server restarts and the pages reload when a file changes. Ctrl-C stops both. */
import { spawn } from "node:child_process";
import { join } from "node:path";
import { install, prepare, root } from "./prepare.mjs";

prepare(install);
const bin = (name) => join(root, "node_modules/.bin", process.platform === "win32" ? `${name}.cmd` : name);
const port = process.env.PORT ?? "3000";
const apiPort = String(Number(port) + 1);
const options = { cwd: root, stdio: "inherit", shell: process.platform === "win32" };
const children = [
  spawn(bin("tsx"), ["watch", "--clear-screen=false", "src/server/main.ts"], {
    ...options,
    env: { ...process.env, PORT: apiPort, PUBLIC_URL: `http://localhost:${port}` },
  }),
  spawn(bin("vite"), ["--port", port, "--strictPort"], {
    ...options,
    env: { ...process.env, API_PORT: apiPort },
  }),
];
const stop = () => children.forEach((child) => child.kill("SIGTERM"));
process.on("SIGINT", stop);
process.on("SIGTERM", stop);
for (const child of children) child.on("exit", stop);
