// Runs sections one after the other, prints what they found, and writes it as JSON and as tables.
import { chmodSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join, resolve } from 'node:path';
import { append } from './append.mjs';
import { asOf } from './as-of.mjs';
import { calm } from './calm.mjs';
import { command } from './command.mjs';
import { feed } from './feed.mjs';
import { flat } from './flat.mjs';
import { footprint } from './footprint.mjs';
import { Ledgers } from './ledgers.mjs';
import { flushCost, machine } from './machine.mjs';
import { rebuild } from './rebuild.mjs';
import { relay } from './relay.mjs';
import { writeScaling } from './scaling.mjs';
import { shapes } from './shapes.mjs';
import { storage } from './storage.mjs';
import { sectionText, targetsTable, writeSection } from './tables.mjs';
import { visibleThroughKafka } from './visible-kafka.mjs';
import { visible } from './visible.mjs';

/** In their order: the long log is filled once, by whoever needs it first, and commands are added to it last. */
const sections = {
  ...{ append, command, rebuild, 'as-of': asOf, footprint, flat, visible, calm },
  ...{ relay, feed, 'visible-kafka': visibleThroughKafka, shapes, storage },
};

/** The logs that sections share; `big`: with one project so many times as large as usual. */
const logs = { long: { events: 1_000_000, big: 3 }, tenth: { events: 100_000 }, short: { events: 10_000 } };
const shortLogs = { long: { events: 40_000, big: 1 }, tenth: { events: 4_000 }, short: { events: 4_000 } };

/** Answers the exit code: 0 where all ran, whatever became of the targets; 1 where one failed; 2 wrongly asked. */
export async function runBench({ sections: asked, quick, write, json, seed, folder }) {
  const unknown = asked.filter((name) => !(name in sections));
  if (unknown.length > 0 || !Number.isInteger(seed)) {
    console.error(`There is no section ${unknown.join(', ')}; there are: ${Object.keys(sections).join(', ')}.`);
    return 2;
  }
  if (write && quick) {
    console.error('What --quick measures is too short to be written: leave out --write or --quick.');
    return 2;
  }
  const base = mkdtempSync(join(folder ? resolve(folder) : tmpdir(), 'attest-bench-'));
  chmodSync(base, 0o755); // run as root, PostgreSQL is another user and must enter
  process.once('exit', () => rmSync(base, { recursive: true, force: true, maxRetries: 5 }));
  for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP']) process.once(signal, () => process.exit(130));

  const loudly = [];
  const loud = (line) => {
    console.error(`\n!!! ${line}\n`);
    loudly.push(line);
  };
  const about = { ...machine(), quick, seed, flush: flushCost(base) };
  sayMachine(about, loud);
  const ledgers = new Ledgers(base, { seed, quick });
  const bench = {
    ...{
      quick,
      seed,
      loud,
      folder: base,
      newFolder: (name) => ledgers.newFolder(name),
      ledger: (of) => ledgers.of(of),
    },
    ...(quick ? shortLogs : logs),
  };

  const results = [];
  let failures = 0;
  for (const name of Object.keys(sections).filter((one) => asked.length === 0 || asked.includes(one))) {
    const since = performance.now();
    console.log(`\n## ${name}${quick ? ' (quick: these are no figures)' : ''}`);
    const said = loudly.length;
    try {
      const found = await sections[name](bench);
      const seconds = Math.round((performance.now() - since) / 1_000);
      const result = { ...found, seconds, flush: flushCost(base, 0.5), left: loudly.slice(said) };
      results.push(result);
      console.log(sectionText(result));
      console.log(`(${seconds} s)`);
      if (write) writeSection(name, result, about);
    } catch (fault) {
      failures += 1;
      console.error(`\n!!! ${name} failed: ${fault instanceof Error ? fault.stack : fault}\n`);
    }
  }
  console.log(
    `\n## Targets${quick ? ' (quick: these are no figures)' : ''}\n\n${targetsTable(results.flatMap(({ targets }) => targets))}`,
  );
  if (write) writeScaling();
  mkdirSync(dirname(resolve(json)), { recursive: true });
  writeFileSync(json, `${JSON.stringify({ ...about, sections: results }, null, 2)}\n`);
  console.log(`\nAll figures: ${json}`);
  return failures > 0 ? 1 : 0;
}

function sayMachine({ date, cpu, cores, memory, kernel, node, postgres, flush, command: how, quick, seed }, loud) {
  console.log(`# Benchmarks, ${date}${quick ? ', quick' : ''}

${how} (seed ${seed})
${cpu}, ${cores} cores, ${memory}; ${kernel}; Node ${node}; embedded PostgreSQL ${postgres}
One flush (8 KiB and fdatasync, in the data folder): ${flush.p50.toFixed(0)} us, p99 ${flush.p99.toFixed(0)} us (${flush.fileSystem})${
    flush.ofPgTestFsync ? `; pg_test_fsync says ${flush.ofPgTestFsync.microseconds} us` : ''
  }`);
  if (flush.fileSystem === 'tmpfs' || flush.p50 < 20) {
    loud('A flush costs next to nothing here: this folder is no disk. Name another one with --folder.');
  }
  const [load] = readLoad();
  if (load > cores / 2) loud(`The machine is busy (load ${load}): figures of now are worth little.`);
}

function readLoad() {
  try {
    return readFileSync('/proc/loadavg', 'utf8').split(' ').map(Number);
  } catch {
    return [0];
  }
}
