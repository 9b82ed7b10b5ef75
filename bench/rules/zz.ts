import { computeHours } from "../../src/rules/evaluate-hours.ts";
import { defaultPacks } from "../../src/rules/load-packs.ts";
import { sampleRequests } from "./samples.ts";
const packs = defaultPacks(); const requests = sampleRequests();
const end = performance.now()+6000; let n=0;
while(performance.now()<end){ for (const r of requests) computeHours(packs,r); n+=requests.length; }
console.log(n/6);
