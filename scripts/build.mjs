/** `npm run build`: installs if needed, builds if needed. */
import { build, install } from "./prepare.mjs";

install();
build();
