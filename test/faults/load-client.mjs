// Clients at full speed, in a process of their own: node load-client.mjs <url> <token> <project> <clients> <seconds>.
// Each sends its next request as soon as the last is answered: most record, some read a list or one row. Prints one line
// of JSON: how many answers of each status, milliseconds at the median and the 99th percentile, broken requests.
import { randomUUID } from 'node:crypto';
import { Agent, request } from 'node:http';

const [url, token, project, clients, seconds] = process.argv.slice(2);
const agent = new Agent({ keepAlive: true, maxSockets: Number(clients) });
const path = `/v1/projects/${project}/trainings`;
const until = performance.now() + Number(seconds) * 1_000;
const statuses = {};
const times = [];
/** Not answered within 20 s, or refused for now without saying when to come again. */
let broken = 0;

await Promise.all(Array.from({ length: Number(clients) }, (_, number) => work(number)));
times.sort((a, b) => a - b);
const at = (share) => Math.round(times[Math.floor(times.length * share)] ?? 0);
console.log(JSON.stringify({ statuses, broken, p50: at(0.5), p99: at(0.99) }));
process.exit(0);

async function work(number) {
  let last = '';
  for (let turn = number; performance.now() < until; turn += 1) {
    const since = performance.now();
    const kind = turn % 8;
    if (kind === 0) await ask('GET', `${path}?limit=100`);
    else if (kind === 1 && last) await ask('GET', `${path}/${last}`);
    else last = (await ask('POST', path, training())) ?? last;
    times.push(performance.now() - since);
  }
}

function training() {
  const id = randomUUID();
  const note = 'What was said there, at some length. '.repeat(8);
  return { id, kind: 'training', title: `Training ${id}`, occurredOn: '2022-05-10', days: 1, note };
}

/** The id of what was recorded; undefined for all else. */
function ask(method, where, body) {
  return new Promise((resolve) => {
    const headers = { authorization: `Bearer ${token}` };
    if (body) Object.assign(headers, { 'content-type': 'application/json', 'idempotency-key': body.id });
    const sent = request(url + where, { method, agent, headers }, (response) => {
      const { statusCode, headers } = response;
      statuses[statusCode] = (statuses[statusCode] ?? 0) + 1;
      if ([429, 503].includes(statusCode) && !headers['retry-after']) broken += 1;
      response.resume();
      response.once('end', () => resolve(statusCode === 201 ? body.id : undefined));
    });
    sent.setTimeout(20_000, () => sent.destroy(new Error('no answer')));
    sent.once('error', () => resolve(void (broken += 1)));
    sent.end(body && JSON.stringify(body));
  });
}
