/** `npm run build`: installs if needed, builds if needed. */
import { build, install, prepare } from "./prepare.mjs";

prepare(() => {
  install();
  build();
});
