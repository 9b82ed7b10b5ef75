/** `npm start`: installs if needed, builds if needed, serves until Ctrl-C. */
import { build, install, prepare } from "./prepare.mjs";

prepare(() => {
  install();
  build();
});
await import("../dist/server/main.js");
