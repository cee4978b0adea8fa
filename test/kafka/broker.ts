import { execFile, spawn, type ChildProcess } from 'node:child_process';
import { createHash, randomInt } from 'node:crypto';
import { existsSync, mkdirSync, mkdtempSync, readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';

// Node runs this file as it stands, too (test/setup/lend-kafka.mjs, test/bench): so it imports no other of ours, and has
// only types that can be stripped.

/** A real Kafka, for tests. */
export interface Broker {
  /** host:port of each. */
  brokers: string[];
  /** As kill -9 does. */
  kill(): Promise<void>;
  /** After `kill`: the same data, the same address. Resolves when it answers. */
  start(): Promise<void>;
  /** As SIGSTOP does: connections stay open and nothing answers. */
  freeze(): Promise<void>;
  thaw(): Promise<void>;
  /** Ends it for good, and removes what it kept. */
  stop(): Promise<void>;
}

/** What a broker of our own can be: undefined where this machine has no such means. */
type BrokerMaker = (port: number) => Promise<Broker | string>;

/**
 * A broker of this file's own, to be killed and frozen: in Docker by testcontainers where there is an engine, else a
 * single node from the Kafka server's own artifacts. Undefined where none can be had: that is said aloud. Throws instead
 * where ATTEST_TEST_REQUIRES_KAFKA is set.
 */
export async function startBroker(): Promise<Broker | undefined> {
  const reasons: string[] = [];
  for (const make of [dockerBroker, javaBroker]) {
    const made = await make(await freePort());
    if (typeof made !== 'string') return made;
    reasons.push(made);
  }
  return without(reasons);
}

/**
 * A broker that is shared by all of a test run, never to be killed: KAFKA_BROKERS, else the one that Jest's global setup
 * starts for the first who asks. Topics are kept apart by a ledger's name of one's own.
 */
export async function sharedBroker(): Promise<Pick<Broker, 'brokers'> | undefined> {
  if (process.env.KAFKA_BROKERS) return { brokers: process.env.KAFKA_BROKERS.split(',') };
  const lender = process.env.ATTEST_TEST_KAFKA;
  if (!lender) throw new Error('ATTEST_TEST_KAFKA is not set: test/setup/lend-kafka.mjs sets it for the "real" tests.');
  const answer = await fetch(lender);
  const lent = (await answer.json()) as { brokers?: string[]; reasons?: string[]; fault?: string };
  if (lent.fault) throw new Error(`The broker of the tests did not start: ${lent.fault}`);
  return lent.brokers ? { brokers: lent.brokers } : without(lent.reasons ?? []);
}

/** `describe` where there is a broker; else a block whose tests are told as not run. */
export const describeWith = (broker: unknown): jest.Describe => (broker ? describe : describe.skip);

function without(reasons: string[]): undefined {
  const told = `KAFKA TESTS DO NOT RUN: no broker can be had (KAFKA_BROKERS is not set; ${reasons.join('; ')})`;
  if (process.env.ATTEST_TEST_REQUIRES_KAFKA) throw new Error(told);
  process.stderr.write(`\n${told}\n\n`);
  return undefined;
}

/** Below the ports that outgoing connections get: it must be free again after a kill. */
async function freePort(): Promise<number> {
  for (;;) {
    const port = randomInt(20_000, 32_000);
    const isFree = await new Promise<boolean>((resolve) => {
      const server = createServer();
      server.once('error', () => resolve(false));
      server.listen(port, '127.0.0.1', () => server.close(() => resolve(true)));
    });
    if (isFree) return port;
  }
}

// ── Java ──

const run = promisify(execFile);
const root = process.cwd();
const pom = join(root, 'test/kafka/pom.xml');
const MEMORY = '-Xmx512m';
const PATIENCE = 120_000;

/**
 * Ends Java, and what it kept, as soon as its own input ends: so whoever started it may die in any way. Its first line is
 * Java's process id.
 */
const keeper = `folder=$1; shift; "$@" 2>&1 & java=$!; echo $java; exec >&-; read -r wish
  kill -9 $java 2>/dev/null; wait $java 2>/dev/null; [ "$wish" = keep ] || rm -rf "$folder"`;

/** A single-node KRaft broker by Java 17 or later, from the artifacts that Maven copies once into node_modules/.cache. */
const javaBroker: BrokerMaker = async (port) => {
  if (process.platform === 'win32') return 'a broker of our own needs a Unix shell';
  if (!(await hasJava())) return 'there is no Java 17';
  const jars = await artifacts();
  if (!jars) return 'Maven is missing, or cannot get the artifacts of test/kafka/pom.xml';
  const node = new JavaBroker(jars, port);
  await node.format();
  await node.start();
  return node;
};

class JavaBroker implements Broker {
  readonly brokers: string[];
  readonly #folder = mkdtempSync(join(process.env.ATTEST_TEST_FOLDER ?? tmpdir(), 'attest-kafka-'));
  #keeper: ChildProcess | undefined;
  #ended: Promise<unknown> = Promise.resolve();
  #java = 0;

  readonly #jars: string;
  readonly #port: number;

  constructor(jars: string, port: number) {
    this.#jars = jars;
    this.#port = port;
    this.brokers = [`127.0.0.1:${port}`];
  }

  async format(): Promise<void> {
    const controller = await freePort();
    const properties = {
      'process.roles': 'broker,controller',
      'node.id': 1,
      'controller.quorum.voters': `1@127.0.0.1:${controller}`,
      listeners: `PLAINTEXT://127.0.0.1:${this.#port},CONTROLLER://127.0.0.1:${controller}`,
      'advertised.listeners': `PLAINTEXT://127.0.0.1:${this.#port}`,
      'controller.listener.names': 'CONTROLLER',
      'listener.security.protocol.map': 'PLAINTEXT:PLAINTEXT,CONTROLLER:PLAINTEXT',
      'log.dirs': join(this.#folder, 'data'),
      'auto.create.topics.enable': false,
      // After a kill it is let in again only when its last session is over: 9 s otherwise.
      'broker.session.timeout.ms': 3_000,
      'broker.heartbeat.interval.ms': 500,
      'group.initial.rebalance.delay.ms': 0,
      'offsets.topic.num.partitions': 4,
      'offsets.topic.replication.factor': 1,
      'transaction.state.log.num.partitions': 4,
      'transaction.state.log.replication.factor': 1,
      'transaction.state.log.min.isr': 1,
    };
    const lines = Object.entries(properties).map(([key, value]) => `${key}=${value}`);
    writeFileSync(this.#settings, lines.join('\n'));
    await run('java', [...this.#java17, 'kafka.tools.StorageTool', 'format', '-t', ID, '-c', this.#settings]);
  }

  async start(): Promise<void> {
    const args = [this.#folder, 'java', MEMORY, ...this.#java17, 'kafka.Kafka', this.#settings];
    const child = spawn('sh', ['-c', keeper, 'keeper', ...args], { stdio: ['pipe', 'pipe', 'ignore'] });
    this.#keeper = child;
    this.#ended = new Promise((resolve) => child.once('close', resolve));
    let said = '';
    await new Promise<void>((resolve, reject) => {
      const fail = (why: string) => reject(new Error(`Kafka ${why}. It said:\n${said.slice(-4_000)}`));
      const timer = setTimeout(() => fail(`was not up after ${PATIENCE / 1000} s`), PATIENCE);
      child.stdout.once('end', () => fail('ended'));
      child.stdout.setEncoding('utf8').on('data', (text: string) => {
        if (!said.includes(STARTED)) said += text;
        this.#java = Number.parseInt(said, 10);
        if (!said.includes(STARTED)) return;
        clearTimeout(timer);
        resolve();
      });
    });
  }

  kill(): Promise<void> {
    return this.#end('keep');
  }

  async freeze(): Promise<void> {
    process.kill(this.#java, 'SIGSTOP');
  }

  async thaw(): Promise<void> {
    process.kill(this.#java, 'SIGCONT');
  }

  async stop(): Promise<void> {
    await this.#end('remove');
    rmSync(this.#folder, { recursive: true, force: true });
  }

  async #end(wish: 'keep' | 'remove'): Promise<void> {
    this.#keeper?.stdin?.end(`${wish}\n`);
    await this.#ended;
    this.#keeper = undefined;
  }

  get #settings(): string {
    return join(this.#folder, 'server.properties');
  }

  get #java17(): string[] {
    return [
      ...['-XX:+UseSerialGC', '-XX:TieredStopAtLevel=1', '-Dorg.slf4j.simpleLogger.defaultLogLevel=warn'],
      '-Dorg.slf4j.simpleLogger.log.kafka.server.KafkaRaftServer=info',
      ...['-cp', join(this.#jars, '*')],
    ];
  }
}

const ID = 'QXR0ZXN0VGVzdEthZmthMQ';
const STARTED = 'Kafka Server started';

async function hasJava(): Promise<boolean> {
  const told = await run('java', ['-version']).catch(() => undefined);
  return Number(/version "(\d+)/.exec(told?.stderr ?? '')?.[1]) >= 17;
}

/** The folder of the artifacts; undefined where they cannot be had. Two who ask at once do not meet. */
async function artifacts(): Promise<string | undefined> {
  const version = createHash('sha256').update(readFileSync(pom)).digest('hex').slice(0, 12);
  const cache = join(root, 'node_modules/.cache/attest-kafka');
  const folder = join(cache, version);
  if (existsSync(folder)) return folder;
  mkdirSync(cache, { recursive: true });
  const fresh = mkdtempSync(join(cache, 'coming-'));
  try {
    await run('mvn', ['-q', '-B', '-f', pom, 'dependency:copy-dependencies', `-DoutputDirectory=${fresh}`]);
    if (!existsSync(folder)) renameSync(fresh, folder);
    return folder;
  } catch {
    return existsSync(folder) ? folder : undefined;
  } finally {
    rmSync(fresh, { recursive: true, force: true });
  }
}

// ── Docker ──

const IMAGE = 'apache/kafka:4.1.0';

/** A single-node broker in Docker. Its port is the same inside and outside, as a broker tells clients where it is. */
const dockerBroker: BrokerMaker = async (port) => {
  if (!process.env.DOCKER_HOST && !existsSync('/var/run/docker.sock')) return 'there is no Docker';
  const { GenericContainer, getContainerRuntimeClient, Wait } = await import('testcontainers');
  const client = await getContainerRuntimeClient().catch(() => undefined);
  if (!client) return 'Docker does not answer';
  const { host } = client.info.containerRuntime;
  const started = await new GenericContainer(IMAGE)
    .withExposedPorts({ container: port, host: port })
    .withEnvironment({
      KAFKA_NODE_ID: '1',
      KAFKA_PROCESS_ROLES: 'broker,controller',
      KAFKA_CONTROLLER_QUORUM_VOTERS: '1@localhost:9093',
      KAFKA_CONTROLLER_LISTENER_NAMES: 'CONTROLLER',
      KAFKA_LISTENERS: `PLAINTEXT://0.0.0.0:${port},CONTROLLER://localhost:9093`,
      KAFKA_ADVERTISED_LISTENERS: `PLAINTEXT://${host}:${port}`,
      KAFKA_LISTENER_SECURITY_PROTOCOL_MAP: 'PLAINTEXT:PLAINTEXT,CONTROLLER:PLAINTEXT',
      KAFKA_AUTO_CREATE_TOPICS_ENABLE: 'false',
      KAFKA_GROUP_INITIAL_REBALANCE_DELAY_MS: '0',
      KAFKA_OFFSETS_TOPIC_REPLICATION_FACTOR: '1',
      KAFKA_TRANSACTION_STATE_LOG_REPLICATION_FACTOR: '1',
      KAFKA_TRANSACTION_STATE_LOG_MIN_ISR: '1',
    })
    .withWaitStrategy(Wait.forLogMessage(STARTED))
    .start()
    // As where the image cannot be pulled: Java may do.
    .catch((fault: unknown) => `Docker cannot run ${IMAGE}: ${(fault as Error).message}`);
  if (typeof started === 'string') return started;
  const container = client.container.getById(started.getId());
  const broker: Broker = {
    brokers: [`${host}:${port}`],
    kill: async () => void (await container.kill()),
    start: async () => {
      const since = Math.floor(Date.now() / 1000);
      await container.start();
      const lines = await client.container.logs(container, { since });
      for await (const line of lines) if (String(line).includes(STARTED)) return;
    },
    freeze: async () => void (await container.pause()),
    thaw: async () => void (await container.unpause()),
    stop: async () => void (await started.stop()),
  };
  return broker;
};
