import { inject } from "vitest";
import "./stage.ts";

/** Points this worker's test servers to its database (database-global-setup.ts). Workers are numbered from 1. */
const uri = inject("databases")?.[Number(process.env["VITEST_POOL_ID"]) - 1];
if (uri !== undefined) process.env["TEST_MONGODB_URI"] = uri;
