/** `npm start`: installs if needed, builds if needed, serves until Ctrl-C. */
import { build, install } from "./prepare.mjs";

install();
build();
await import("../dist/server/main.js");
