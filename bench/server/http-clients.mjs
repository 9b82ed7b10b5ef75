/**
 * Clients of a bench in a process of their own, as users' machines are: reads one JSON line `{ url, calls, workers }`
 * from standard input, where a call is `{ path, cookie, body }`, and writes `{ seconds, latencies, failures }`.
 */
import http from "node:http";
import { text } from "node:stream/consumers";

const { url, calls, workers } = JSON.parse(await text(process.stdin));
const agent = new http.Agent({ keepAlive: true, maxSockets: workers });

function post({ path, cookie, body }) {
  return new Promise((resolve, reject) => {
    const headers = { "content-type": "application/json", "content-length": Buffer.byteLength(body), cookie };
    const request = http.request(url + path, { method: "POST", agent, headers }, (response) => {
      text(response).then((answer) => resolve({ status: response.statusCode, answer }), reject);
    });
    request.on("error", reject);
    request.end(body);
  });
}

const latencies = [];
const failures = [];
let next = 0;
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
process.stdout.write(JSON.stringify({ seconds, latencies, failures }));
agent.destroy();
