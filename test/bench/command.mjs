// One command the whole way over HTTP: token, validation, the streams that its rules need, decision, durable append.
// `HoldTraining` in a project with an activity and six reporting periods, two of them open, in a ledger of some
// programmes; the application is started as it is for users, its worker projecting on the same cores. Beside it the bare
// route (bare-route.mjs) on the same PostgreSQL, with a connection for each client.
import { createPrivateKey, createPublicKey } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { fork } from 'node:child_process';
import { join } from 'node:path';
import { makePeerTable } from './peers.mjs';
import { helper, ownerOf, settled, startApp } from './server.mjs';
import { medianOf, ratioOf, target, told } from './stats.mjs';

const CONNECTIONS = [1, 16, 64];

export async function command(bench) {
  const { seconds, warm, rounds } = bench.quick
    ? { seconds: 0.8, warm: 0.3, rounds: 1 }
    : { seconds: 3, warm: 0.5, rounds: 5 };
  const { folder, projects } = await bench.ledger({ events: bench.quick ? 2_000 : 20_000, connections: 200 });
  const app = await startApp(folder);
  await app.ready();
  const client = helper('http-load.mjs');
  let bare;
  try {
    const token = await app.token();
    const owner = ownerOf(folder);
    const peers = await makePeerTable(owner, 'bare');
    const key = createPublicKey(createPrivateKey(readFileSync(join(folder, 'secrets/token-signing-key.pem'))));
    const pem = key.export({ type: 'spki', format: 'pem' });
    bare = await startBare({ connection: peers, pem, connections: Math.max(...CONNECTIONS) });
    const { id: project, activities } = projects[0];
    const results = CONNECTIONS.map((connections) => ({ connections, attest: [], bare: [] }));
    const ports = { attest: app.port, bare: bare.port };
    for (let turn = 0; turn < rounds; turn += 1) {
      for (const result of results) {
        const { connections } = result;
        for (const kind of turn % 2 === 0 ? ['attest', 'bare'] : ['bare', 'attest']) {
          const plan = { kind: 'training', port: ports[kind], connections, seconds, warm, token, project, activities };
          result[kind].push(await client.ask(plan));
          // What it left to project shall not slow the other.
          await settled(owner);
        }
      }
    }
    return { title: 'command', tables: [tableOf(results)], targets: targetsOf(results), data: results };
  } finally {
    await client.end();
    await bare?.end();
    await app.stop();
  }
}

async function startBare(options) {
  const child = fork(join(import.meta.dirname, 'bare-route.mjs'), [JSON.stringify(options)]);
  const ended = new Promise((done) => child.once('exit', done));
  process.once('exit', () => child.kill('SIGKILL'));
  const port = await new Promise((found, failed) => {
    child.once('message', ({ answer }) => found(answer));
    child.once('exit', (code) => failed(new Error(`the bare route ended with ${code}`)));
  });
  const end = async () => {
    child.disconnect();
    await ended;
  };
  return { port, end };
}

function tableOf(results) {
  const rows = results.flatMap(({ connections, attest, bare }) =>
    [
      ['Attest', attest],
      ['bare Fastify route', bare],
    ].map(([name, rounds]) => [
      connections,
      name,
      ...['perSecond', 'p50', 'p99', 'max'].map((field) => told(medianOf(rounds, field))),
      rounds === attest ? told(ratioOf(attest, bare, 'perSecond')) : '',
    ]),
  );
  const columns = ['connections', 'what', 'commands/s', 'p50 ms', 'p99 ms', 'longest ms', 'Attest / bare route'];
  return { caption: 'One command the whole way over HTTP', columns, rows };
}

function targetsOf(results) {
  const { attest, bare } = results.find((one) => one.connections === 64);
  const measured = ratioOf(attest, bare, 'perSecond');
  return [
    target('64 connections: Attest / bare route', { least: 0.7, measured }),
    target('64 connections: Attest / bare route (moonshot)', { least: 1, measured }),
  ];
}
