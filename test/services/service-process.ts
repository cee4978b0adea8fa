import { spawn, type ChildProcess } from 'node:child_process';
import { compiled } from '#hosting/src/program.js';
import type { Service } from '#hosting/src/settings/setting.js';

/** A compiled service as a process of its own, with these settings and no others. */

export type Environment = Readonly<Record<string, string>>;

export interface LogLine {
  level: number;
  process: string;
  msg: string;
  url?: string;
  metrics?: string;
  [field: string]: unknown;
}

const clean = (environment: Environment) => ({ PATH: process.env.PATH, TMPDIR: process.env.TMPDIR, ...environment });

export class ServiceProcess {
  #text = '';
  #url = '';
  #metrics = '';
  readonly #ended: Promise<[number | null, NodeJS.Signals | null]>;

  private constructor(
    readonly service: Service,
    readonly child: ChildProcess,
  ) {
    // It shall not outlive a test run that is cut off.
    const lastWill = () => child.kill('SIGKILL');
    process.once('exit', lastWill);
    this.#ended = new Promise((done) =>
      child.once('exit', (code, signal) => {
        process.off('exit', lastWill);
        done([code, signal]);
      }),
    );
  }

  /**
   * Resolves once it has started; rejects with what it said where it ends before. Ports are free ones. `spawned` gets it as
   * soon as there is a process.
   */
  static async start(
    service: Service,
    environment: Environment,
    spawned: (one: ServiceProcess) => void = () => undefined,
  ): Promise<ServiceProcess> {
    const env = clean({ ATTEST_PORT: '0', ATTEST_METRICS: '127.0.0.1:0', LOG_LEVEL: 'info', ...environment });
    const child = spawn(process.execPath, [compiled(`apps/${service}/src/main`)], {
      env,
      stdio: ['ignore', 'ignore', 'pipe'],
    });
    const one = new ServiceProcess(service, child);
    spawned(one);
    const started = Promise.withResolvers<void>();
    child.stderr!.on('data', (chunk: Buffer) => {
      one.#text += chunk.toString();
      const line = one.#url === '' && one.lines.find(({ msg }) => msg.endsWith('has started.'));
      if (!line) return;
      one.#url = line.url!;
      one.#metrics = `${line.metrics}/metrics`;
      started.resolve();
    });
    void one.#ended.then(([code, signal]) =>
      started.reject(new Error(`${service} ended (${code ?? signal}): ${one.#text}`)),
    );
    await started.promise;
    return one;
  }

  get url(): string {
    return this.#url;
  }

  /** All that it logged; a line that is no JSON fails. */
  get lines(): LogLine[] {
    return this.#text
      .split('\n')
      .slice(0, -1)
      .map((line) => JSON.parse(line) as LogLine);
  }

  get pid(): number {
    return this.child.pid!;
  }

  /** All that it logged, as it stands: also what is no JSON. */
  get said(): string {
    return this.#text;
  }

  /** Resolves when it ends, with its code or what killed it. */
  get ended(): Promise<[number | null, NodeJS.Signals | null]> {
    return this.#ended;
  }

  async metrics(): Promise<string> {
    return (await fetch(this.#metrics)).text();
  }

  /** How it ended: [0, null] is well. */
  end(signal: NodeJS.Signals = 'SIGTERM'): Promise<[number | null, NodeJS.Signals | null]> {
    this.child.kill(signal);
    return this.#ended;
  }
}

export interface Ran {
  code: number | null;
  out: string;
  err: string;
}

/** A compiled program to its end. */
export function runToEnd(main: string, argv: readonly string[], environment: Environment): Promise<Ran> {
  const child = spawn(process.execPath, [compiled(main), ...argv], {
    env: clean(environment),
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  let [out, err] = ['', ''];
  child.stdout.on('data', (chunk: Buffer) => (out += chunk.toString()));
  child.stderr.on('data', (chunk: Buffer) => (err += chunk.toString()));
  return new Promise((done) => child.once('close', (code) => done({ code, out, err })));
}
