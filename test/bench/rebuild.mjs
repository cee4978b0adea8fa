// All read models from nothing: every register, in versions, the facts and the indicator ledger, and the order of the
// log with its leaves. Of the long log once, since it takes long; of 50,000 events in rounds, beside emmett's own rebuild
// of one projection that keeps one row for each thing (emmett-rebuild.mjs).
import { loadLog } from './load-log.mjs';
import { rowsOf } from './ledgers.mjs';
import { findEmmett } from './peers.mjs';
import { ask, helper, startServer } from './server.mjs';
import { medianOf, ratioOf, target, told } from './stats.mjs';

export async function rebuild(bench) {
  const long = await bench.ledger(bench.long);
  const { events, rows, filled } = long;
  const whole = {
    ...{ events, rows, seconds: filled.seconds, peak: filled.peak },
    ...{ eventsPerSecond: events / filled.seconds, rowsPerSecond: rows / filled.seconds, rowsPerEvent: rows / events },
  };
  const rounds = await beside(bench);
  return {
    title: 'rebuild',
    tables: [wholeTable(whole), roundsTable(rounds)],
    targets: targetsOf(whole, rounds),
    notes: [
      'Rows are versions of registers and entries of the ledger; the order of the log is one more row an event, not counted.',
    ],
    data: { whole, rounds },
  };
}

async function beside(bench) {
  const count = bench.quick ? 2_000 : 50_000;
  const server = await startServer(bench.newFolder('rebuild'));
  const worker = helper('projecting.mjs', [JSON.stringify(server.app)]);
  const emmett = findEmmett();
  let other;
  try {
    const { events } = await loadLog(server.owner, { events: count, seed: bench.seed });
    await worker.ask({ kind: 'fill' });
    const rows = await rowsOf(server.owner);
    if (emmett.why) bench.loud(`emmett is left out: ${emmett.why}.`);
    else {
      await ask(server.owner, 'create database emmett');
      const connections = JSON.stringify({ from: server.owner, to: { ...server.owner, database: 'emmett' } });
      other = helper('emmett-rebuild.mjs', [connections, emmett.module]);
      await other.ask({ kind: 'load' });
    }
    const found = { attest: [], emmett: [], version: emmett.version };
    for (let turn = 0; turn < (bench.quick ? 1 : 3); turn += 1) {
      await ask(server.owner, 'checkpoint');
      const { seconds, peak } = await worker.ask({ kind: 'rebuild' });
      found.attest.push({
        events,
        rows,
        seconds,
        peak,
        eventsPerSecond: events / seconds,
        rowsPerSecond: rows / seconds,
      });
      await ask(server.owner, 'checkpoint');
      if (other) found.emmett.push(await other.ask({ kind: 'rebuild' }));
    }
    return found;
  } finally {
    await other?.end();
    await worker.end();
    await server.stop();
  }
}

function wholeTable({ events, rows, seconds, peak, eventsPerSecond, rowsPerSecond, rowsPerEvent }) {
  return {
    caption: 'All read models from nothing, once',
    columns: ['events', 'rows', 'rows an event', 'seconds', 'events/s', 'rows/s', 'peak memory of the worker, MiB'],
    rows: [[events, rows, rowsPerEvent, seconds, eventsPerSecond, rowsPerSecond, peak].map((value) => told(value))],
  };
}

function roundsTable({ attest, emmett, version }) {
  const line = (name, rounds) => [
    name,
    told(rounds[0].events),
    ...['rows', 'seconds', 'eventsPerSecond', 'rowsPerSecond', 'peak'].map((field) => told(medianOf(rounds, field))),
  ];
  return {
    caption: 'Rebuilt beside the live ones, in rounds',
    columns: ['what', 'events', 'rows', 'seconds', 'events/s', 'rows/s', 'peak MiB'],
    rows: [
      line('Attest, all read models', attest),
      ...(emmett.length > 0 ? [line(`emmett-postgresql ${version}, one projection`, emmett)] : []),
    ],
  };
}

function targetsOf(whole, { attest, emmett }) {
  return [
    target('rows a second, whole log', { least: 60_000, measured: whole.rowsPerSecond }),
    target('events a second, whole log', { least: 30_000, measured: whole.eventsPerSecond }),
    target('peak memory of the worker', { most: 1_024, measured: whole.peak, unit: ' MiB' }),
    target('events a second: Attest / emmett', {
      least: 10,
      measured: emmett.length > 0 ? ratioOf(attest, emmett, 'eventsPerSecond') : undefined,
      missing: 'emmett is not installed',
    }),
  ];
}
