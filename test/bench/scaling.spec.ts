import { execFileSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { appendsOf, assumed, commitOf, limitsOf, paperOf, readingsOf, type Measured } from './scaling-model.js';

/** Figures that are easy to reckon with. */
const measured: Measured = {
  appends: { 64: 32_000, 256: 64_000 },
  slowAppends: {},
  rebuild: 5_000,
  relay: 10_000,
  recordingUs: 400,
  projectingUs: 100,
  databaseUs: 250,
  databaseBytes: 2_000,
  topicBytes: 3_000,
  walBytes: 4_000,
  recorderMiB: 100,
  projectorMiB: 50,
  reporterMiB: 106,
  applicationMiB: 256,
  connections: 20,
  peoplePerEvent: 10,
};

describe('the arithmetic of docs/scaling.md', () => {
  it('the page follows from what docs/benchmarks.md says', () => {
    expect(() => execFileSync(process.execPath, ['--no-warnings', 'test/bench/scaling.mjs', '--check'])).not.toThrow();
  });

  it('everything is measured but what no machine of ours can', () => {
    const missing = ['docs/benchmarks.md', 'docs/scaling.md'].flatMap((path) =>
      readFileSync(path, 'utf8')
        .split('\n')
        .filter((line) => /\|\s*not measured\s*\||not measured yet/i.test(line)),
    );
    // What 10 ms more for a flush does is of the model alone.
    expect(missing.filter((line) => !line.includes('10 ms more'))).toEqual([]);
  });

  it('a batch and what is in it come from two measurements', () => {
    // 64 / 32,000 = 2 ms and 256 / 64,000 = 4 ms: 192 events more take 2 ms more.
    const commit = commitOf(measured.appends, 64, 256);
    expect(commit.event).toBeCloseTo(0.002 / 192, 12);
    expect(commit.batch).toBeCloseTo(0.002 - (64 * 0.002) / 192, 12);
    expect(appendsOf(commit, 64)).toBeCloseTo(32_000, 6);
    expect(appendsOf(commit, 64, 0.002)).toBeCloseTo(16_000, 6);
  });

  it('a ledger takes what its slowest part takes', () => {
    expect(limitsOf(measured)).toEqual({ recorder: 2_500, log: 64_000, projector: 5_000, relay: 10_000 });
  });

  it('a million people in each of 1,000 ledgers, one by one', () => {
    const { each } = readingsOf(measured, assumed);
    const paper = paperOf(measured, each!, assumed);
    expect(paper.eventsADay).toBe(1e9);
    // 1e9 / 28,800 s x 4 = 138,889/s; x 500 us / 0.5 = 138.9 cores, x 250 us / 0.5 = 69.4.
    expect(paper.peakOfALedger).toBeCloseTo(138.889, 3);
    // The projector is the slowest: 5,000 / 138.889.
    expect(paper.headroom).toBeCloseTo(36, 6);
    expect(paper.serviceCores).toBeCloseTo(138.889, 3);
    expect(paper.databaseCores).toBeCloseTo(69.444, 3);
    // 1,000 x 2 x 256 MiB = 500 GiB, of 48 in a node: 11, more than 139 / 16 cores.
    expect(paper.serviceNodes).toBe(11);
    // 365e9 x 2,000 bytes = 730,000 GB, of 16,000 in a node: 46, twice. Connections alone: 195.3 GiB of 48, 5 twice.
    expect(paper.databaseNodes).toBe(92);
    // 365e9 x 3,000 bytes x 3 = 3,285,000 GB of 16,000. Partitions alone: 1,000 x 38 x 3 / 4,000 = 28.5.
    expect([paper.topicPartitions, paper.brokers]).toEqual([38_000, 206]);
    // 365e9 events x 2,000 bytes x 2, and x 3,000 x 3.
    expect(paper.databaseGB).toBeCloseTo(1_460_000, 3);
    expect(paper.topicGB).toBeCloseTo(3_285_000, 3);
    expect(paper.walGBADay).toBeCloseTo(4_000, 6);
    // 365e6 events / 5,000 / 3,600.
    expect(paper.rebuildHours).toBeCloseTo(20.278, 3);
    expect(paper.priceOfNodes).toBe((11 + 92 + 206) * 500);
    expect(paper.priceOfStorage).toBeCloseTo(474_500, 3);
  });

  it('a million people altogether, in headcounts: a day has as many events as headcounts', () => {
    const { headcounts, single } = readingsOf(measured, assumed);
    expect(paperOf(measured, headcounts!, assumed).eventsADay).toBe(100_000);
    expect(paperOf(measured, single!, assumed).eventsADay).toBe(1_000_000);
    // 1,000 x (2 + 3): one partition each.
    expect(paperOf(measured, single!, assumed).topicPartitions).toBe(5_000);
  });
});
