import { readEnv } from "./env.ts";
import { serve } from "./serve.ts";

process.exitCode = await serve(readEnv, process);
