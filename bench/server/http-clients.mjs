/**
 * Clients of a bench in a process of their own, as users' machines are: reads one JSON line `{ url, calls, workers }`
 * from standard input, where a call is `{ path, cookie, body }`, and writes `{ seconds, cpu, latencies, failures }`:
 * wall and processor seconds, milliseconds of each call.
 */
import http from "node:http";
import { text } from "node:stream/consumers";

const { url, calls, workers } = JSON.parse(await text(process.stdin));
const { hostname, port } = new URL(url);
const agent = new http.Agent({ keepAlive: true, maxSockets: workers });

function post({ path, cookie, body }) {
  return new Promise((resolve, reject) => {
    const headers = { "content-type": "application/json", "content-length": Buffer.byteLength(body), cookie };
    const request = http.request({ hostname, port, path, method: "POST", agent, headers }, (response) => {
      const chunks = [];
      response.on("data", (chunk) => chunks.push(chunk));
      response.on("end", () =>
        resolve({ status: response.statusCode, answer: Buffer.concat(chunks).toString() }),
      );
      response.on("error", reject);
    });
    request.on("error", reject);
    request.end(body);
  });
}

const latencies = [];
const failures = [];
let next = 0;
const cpuBefore = process.cpuUsage();
const begun = performance.now();
await Promise.all(
  Array.from({ length: workers }, async () => {
    for (let call = calls[next++]; call !== undefined; call = calls[next++]) {
      const start = performance.now();
      const { status, answer } = await post(call);
      latencies.push(performance.now() - start);
      if (status !== 200) failures.push(answer.slice(0, 300));
    }
  }),
);
const seconds = (performance.now() - begun) / 1000;
const used = process.cpuUsage(cpuBefore);
const cpu = (used.user + used.system) / 1e6;
process.stdout.write(JSON.stringify({ seconds, cpu, latencies, failures }));
agent.destroy();
