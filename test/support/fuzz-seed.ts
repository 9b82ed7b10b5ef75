import fc from "fast-check";

/**
 * Property tests try the same values in every run, so that a red run is the doing of the change under test and can be
 * repeated. `FUZZ_SEED=random` tries others each time, `FUZZ_SEED=<number>` the ones that a failure printed.
 */
const wanted = process.env["FUZZ_SEED"] ?? "20260101";
if (wanted !== "random") fc.configureGlobal({ ...fc.readConfigureGlobal(), seed: Number(wanted) });
