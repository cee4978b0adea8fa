// Writes the tables of docs/scaling.md: they follow by arithmetic (scaling-model.ts) from those of docs/benchmarks.md.
//   node test/bench/scaling.mjs           after a bench with --write, which runs it, too
//   node test/bench/scaling.mjs --check   ends with 1 where the page is not what follows
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { appendsOf, assumed, commitOf, limitsOf, paperOf, readingsOf } from './scaling-model.ts';
import { markdown } from './tables.mjs';

const docs = join(import.meta.dirname, '../../docs');
const read = (name) => readFileSync(join(docs, name), 'utf8');

// ── What was measured ──

/** A table of docs/benchmarks.md, by the beginning of its caption: rows as objects by column; [] where it is not there. */
function tableOf(text, section, caption) {
  const from = text.indexOf(`<!-- bench: ${section} -->`);
  const to = text.indexOf(`<!-- end: ${section} -->`);
  const lines = text.slice(from, to).split('\n');
  const start = lines.findIndex((line) => line.startsWith(caption));
  if (from === -1 || start === -1) return [];
  const rows = [];
  for (const line of lines.slice(start + 1)) {
    if (line.startsWith('|'))
      rows.push(
        line
          .split('|')
          .slice(1, -1)
          .map((cell) => cell.trim()),
      );
    else if (rows.length > 0) break;
  }
  const [columns, , ...body] = rows;
  return body.map((cells) => Object.fromEntries(cells.map((cell, index) => [columns[index] || 'what', cell])));
}

/** The median in a cell: `33,024 (31,857-34,807)`. */
const numberIn = (cell) => (cell === undefined ? NaN : parseFloat(cell.replaceAll(',', '')));

/** NaN for what is not measured. */
export function measuredIn(text) {
  const cell = (section, caption, row, column) =>
    numberIn(tableOf(text, section, caption).find((one) => Object.values(one)[0].startsWith(row))?.[column]);
  const appends = (caption) =>
    Object.fromEntries(
      tableOf(text, 'append', caption)
        .filter(({ what }) => what === 'Attest')
        .map((row) => [row.writers, numberIn(row['events/s'])]),
    );
  const cost = (column) => cell('shapes', 'Processor time', 'services, 1 recorder', column);
  const held = (service, column = 'MiB, PSS') => cell('shapes', 'What one of each service holds', service, column);
  return {
    appends: appends('Store alone'),
    slowAppends: appends('The same with 1 ms'),
    rebuild: cell('rebuild', 'All read models from nothing', '', 'events/s'),
    relay: cell('relay', 'Events a second', 'relay', 'events/s'),
    recordingUs: cost('Node') - cost('of it projecting'),
    projectingUs: cost('of it projecting'),
    databaseUs: cost('PostgreSQL'),
    databaseBytes: cell('storage', 'Bytes an event', 'the database', 'all'),
    topicBytes: cell('storage', 'Bytes an event', 'both topics', 'all'),
    walBytes: cost('WAL bytes'),
    recorderMiB: held('recorder'),
    projectorMiB: held('projector'),
    reporterMiB: held('reporter'),
    applicationMiB: cell('footprint', 'Memory when idle', 'all', 'MiB'),
    connections: held('all three', 'connections'),
    peoplePerEvent: cell('storage', 'People', '', 'people an event'),
  };
}

// ── As tables ──

const shown = (value, unit = '') => {
  if (!Number.isFinite(value)) return 'not measured';
  const text =
    Math.abs(value) >= 100 ? Math.round(value).toLocaleString('en-US') : String(Number(value.toPrecision(3)));
  return text + unit;
};

export function blocksOf(measured, given = assumed) {
  return {
    commit: commitTable(measured),
    ledger: ledgerTable(measured),
    inputs: inputsTable(measured),
    assumed: assumedTable(given),
    paper: paperTable(measured, given),
  };
}

function commitTable({ appends, slowAppends }) {
  const commit = commitOf(appends, 64, 256);
  const line = (how, slower) => (writers) => {
    const was = (slower ? slowAppends : appends)[writers];
    const says = appendsOf(commit, writers, slower);
    const isGiven = !slower && writers >= 64;
    return [writers, how, shown(was), shown(says), isGiven ? 'fitted' : `${shown(100 * (says / was - 1))} %`];
  };
  const rows = [
    ...[1, 16, 64, 256].map(line('as it is', 0)),
    ...[16, 64, 256].map(line('1 ms more', 0.001)),
    ...[64, 256].map((writers) => [
      writers,
      '10 ms more',
      'not measured',
      shown(appendsOf(commit, writers, 0.01)),
      'estimated',
    ]),
  ];
  return `A batch costs ${shown(1e3 * commit.batch)} ms and ${shown(1e6 * commit.event)} us for each event in it.

${markdown(['writers', 'flush', 'measured, events/s', 'model, events/s', 'model against measured'], rows)}`;
}

function ledgerTable(measured) {
  const limits = limitsOf(measured);
  const { recordingUs, projectingUs } = measured;
  const rows = [
    [
      'a recorder, with a core of its own',
      `1,000,000 / ${shown(recordingUs)} us`,
      shown(limits.recorder),
      'more recorders',
    ],
    ['the log: one order', '`append`, the most that was measured', shown(limits.log), 'more ledgers'],
    ['the projector: one lead', '`rebuild`, whole log', shown(limits.projector), 'more ledgers'],
    [
      'the same, following, Node alone',
      `1,000,000 / ${shown(projectingUs)} us`,
      shown(1e6 / projectingUs),
      'more ledgers',
    ],
    ['the relay: one lead, one partition', '`relay`', shown(limits.relay), 'more ledgers'],
  ];
  return markdown(['what', 'by', 'events/s at most', 'beyond it'], rows);
}

function inputsTable(measured) {
  const rows = [
    ['recording a command, Node', '`shapes`, services, 1 recorder: Node less projecting', measured.recordingUs, 'us'],
    ['projecting it, Node', '`shapes`, of it projecting', measured.projectingUs, 'us'],
    ['both in PostgreSQL', '`shapes`, PostgreSQL', measured.databaseUs, 'us'],
    ['write-ahead log of a command', '`shapes`, WAL bytes', measured.walBytes, 'bytes'],
    ['an event in PostgreSQL, with indexes', '`storage`, the database', measured.databaseBytes, 'bytes'],
    ['an event in both topics', '`storage`, both topics', measured.topicBytes, 'bytes'],
    ['people an event', '`storage`, people an event', measured.peoplePerEvent, ''],
    ['a recorder, idle', '`shapes`, what one holds', measured.recorderMiB, 'MiB'],
    ['a projector, idle', '`shapes`, what one holds', measured.projectorMiB, 'MiB'],
    ['a reporter, idle', '`shapes`, what one holds', measured.reporterMiB, 'MiB'],
    ['connections of one of each', '`shapes`, what one holds', measured.connections, ''],
    ['all of one `attest start`, idle', '`footprint`', measured.applicationMiB, 'MiB'],
    ['read models from nothing', '`rebuild`, whole log', measured.rebuild, 'events/s'],
  ];
  return markdown(
    ['figure', 'from', 'value'],
    rows.map(([what, from, value, unit]) => [what, from, shown(value, unit && ` ${unit}`)]),
  );
}

function assumedTable(given) {
  const rows = [
    ['ledgers', given.ledgers],
    ['participants a day', given.participants],
    ['days a year', given.daysAYear],
    ['hours of a day in which people record', given.hoursADay],
    ['the busiest moment, times the mean of those hours', given.peakToMean],
    ['of a core, used at the peak', given.usedOfACore],
    ['copies of each service, so that one may die', given.copiesOfAService],
    ['copies of the database (a standby)', given.copiesOfTheDatabase],
    ['copies of a topic', given.copiesOfATopic],
    ['a node: cores', given.cores],
    ['a node: memory, GiB', given.memoryGiB],
    ['a node: storage, GB', given.storageGB],
    ['of a node, memory that is given out', given.usedOfMemory],
    ['a connection in PostgreSQL, MiB', given.connectionMiB],
    ['partitions that a broker holds, copies counted', given.partitionsOfABroker],
    ['price of a node a month', given.priceOfANode],
    ['price of a GB of block storage a month', given.priceOfAGB],
  ];
  return markdown(
    ['estimate', 'value'],
    rows.map(([what, value]) => [what, value.toLocaleString('en-US')]),
  );
}

function paperTable(measured, given) {
  const readings = Object.values(readingsOf(measured, given));
  const papers = readings.map((reading) => paperOf(measured, reading, given));
  const of = (field, unit) => papers.map((paper) => shown(paper[field], unit));
  const rows = [
    ['people a day, all ledgers', '', ...readings.map(({ people }) => shown(people))],
    ['people an event', '', ...readings.map(({ peoplePerEvent }) => shown(peoplePerEvent))],
    ['events a day', 'people / people an event', ...of('eventsADay')],
    ['events/s at the peak', 'events a day / (hours x 3,600) x busiest', ...of('peak')],
    ['of one ledger', 'that / ledgers', ...of('peakOfALedger')],
    ['one ledger takes, times that', 'the least of log, projector and relay / it', ...of('headroom')],
    ['cores of services', 'peak x (recording + projecting) / used', ...of('serviceCores')],
    ['memory of services, GiB', 'ledgers x copies x (recorder + projector + reporter)', ...of('serviceGiB')],
    ['**nodes of services**', 'the larger: cores, or memory', ...of('serviceNodes')],
    ['cores of PostgreSQL', 'peak x PostgreSQL / used', ...of('databaseCores')],
    ['connections', 'ledgers x copies x connections of one of each', ...of('connections')],
    ['memory for them, GiB', 'connections x memory of one', ...of('databaseGiB')],
    [
      '**nodes of PostgreSQL**',
      'the largest: cores, memory, or storage after a year; x copies',
      ...of('databaseNodes'),
    ],
    ['`KAFKA_PARTITIONS`', '', ...readings.map(({ partitions }) => shown(partitions))],
    ['partitions', 'ledgers x (2 + 3 x `KAFKA_PARTITIONS`)', ...of('topicPartitions')],
    [
      '**brokers**',
      'the larger: partitions x copies / of a broker, or storage after a year; at least 3',
      ...of('brokers'),
    ],
    ['events a year', 'events a day x days', ...of('eventsAYear')],
    ['PostgreSQL after a year, GB', 'events x bytes x copies', ...of('databaseGB')],
    ['topics after a year, GB', 'events x bytes x copies', ...of('topicGB')],
    ['write-ahead log a day, GB', 'events a day x bytes', ...of('walGBADay')],
    [
      'read models of one ledger anew after a year, hours',
      'its events / read models from nothing',
      ...of('rebuildHours'),
    ],
    ['price of nodes a month', 'all nodes x price', ...of('priceOfNodes')],
    ['price of storage a month, after a year', 'GB x price', ...of('priceOfStorage')],
    ['instead, each ledger one `attest start`: memory, GiB', 'ledgers x its memory', ...of('applicationGiB')],
  ];
  return markdown(
    ['what', 'by', 'a million in all, headcounts', 'a million in all, one by one', 'a million in each, one by one'],
    rows,
  );
}

// ── The page ──

/** The page with its computed tables put in; what stands outside of the markers is people's. */
export function pageFrom(page, blocks) {
  return Object.entries(blocks).reduce((text, [name, block]) => {
    const [begin, end] = [`<!-- computed: ${name} -->`, `<!-- end: ${name} -->`];
    const from = text.indexOf(begin);
    const to = text.indexOf(end);
    if (from === -1 || to < from) throw new Error(`docs/scaling.md has no markers ${begin} and ${end}.`);
    return `${text.slice(0, from + begin.length)}\n\n${block}\n\n${text.slice(to)}`;
  }, page);
}

/** Writes docs/scaling.md anew from docs/benchmarks.md; answers whether it was another. */
export function writeScaling({ isCheck = false } = {}) {
  const page = read('scaling.md');
  const right = pageFrom(page, blocksOf(measuredIn(read('benchmarks.md'))));
  if (!isCheck && right !== page) writeFileSync(join(docs, 'scaling.md'), right);
  return right !== page;
}

if (process.argv[1] === import.meta.filename) {
  const isCheck = process.argv.includes('--check');
  if (writeScaling({ isCheck }) && isCheck) {
    console.error('docs/scaling.md does not follow from docs/benchmarks.md: run node test/bench/scaling.mjs.');
    process.exitCode = 1;
  }
}
