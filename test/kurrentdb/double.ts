import { createServer, type AddressInfo, type Server as Listener, type Socket } from 'node:net';
import { Server, ServerCredentials, type sendUnaryData } from '@grpc/grpc-js';
import { fault } from './answers.js';
import { append, batchAppend, remove, type AppendQuirks, type Serving } from './appends.js';
import { Held, type HeldBack } from './held.js';
import { Log, type Logged, type LogQuirks } from './log.js';
import { ServerFeaturesService, streams, StreamsService, SupportedMethod, SupportedMethods } from './protocol.js';
import { read, type ReadCall, type ReadQuirks } from './reads.js';
import { Subscriptions, type SubscriptionQuirks } from './subscriptions.js';

export type { HeldBack } from './held.js';
export type { Logged } from './log.js';

/** Each may be changed while the double runs. The default of each is what was measured. */
export type Quirks = LogQuirks & AppendQuirks & ReadQuirks & SubscriptionQuirks;

const measured: Quirks = {
  byteGaps: true,
  repeatsAreKnown: true,
  otherBodiesAreDropped: true,
  anyRemembers: 120_000,
  systemEventEvery: 10,
  appendBytes: 1024 * 1024,
  tooLargeKills: true,
  readsAreInclusive: true,
  subscriptionsAreExclusive: true,
  lag: 32,
};

/** A server that speaks the client's protocol. It is no proof of the real thing: see README.md. */
export interface Double {
  /** A connection string for the client, the same across restarts. */
  readonly url: string;
  readonly quirks: Quirks;
  /** What the log holds, system events too, in the order of `$all`. */
  readonly events: readonly Logged[];
  /** Events that reads of `$all` looked at until now, wanted or not. */
  readonly considered: number;
  /** Appends that were answered from what was there. */
  readonly repeats: number;
  /** From now on, appends with an event of this type wait inside the server while others pass. */
  holdBack(type: string): HeldBack;
  /** The next append to a stream without `$` commits, and its connection breaks without an answer. */
  loseAnswer(): void;
  /** Drops all live subscriptions as too slow. */
  dropSubscribers(): void;
  /** A repeat with ANY is not known any more. */
  forget(): void;
  /** An event of the server's own among the others. */
  writeSystemEvent(stream?: string, type?: string): void;
  /** All connections break and none is taken; what was held back is lost. The log stays. */
  down(): Promise<void>;
  /** Takes connections again. `starting`: answers that it is not ready, until `ready()`. */
  up(how?: { starting: boolean }): Promise<void>;
  ready(): void;
  /** Down, and up again; one after another where several are asked for at once. */
  restart(): Promise<void>;
  stop(): Promise<void>;
}

/** Starts a server with an empty log on a port of its own. */
export async function startDouble(quirks: Partial<Quirks> = {}): Promise<Double> {
  const double = new RunningDouble({ ...measured, ...quirks });
  await double.up();
  return double;
}

class RunningDouble implements Double, Serving {
  readonly log: Log;
  readonly held = new Held();
  private readonly subscriptions: Subscriptions;
  private readonly server = new Server({ 'grpc.max_receive_message_length': 64 * 1024 * 1024 });
  private readonly injector = this.server.createConnectionInjector(ServerCredentials.createInsecure());
  private readonly sockets = new Set<Socket>();
  private listener: Listener | undefined;
  private port = 0;
  private starting = false;
  private losing = false;
  private restarted = Promise.resolve();

  constructor(readonly quirks: Quirks) {
    this.log = new Log(quirks);
    this.subscriptions = new Subscriptions(this.log, quirks);
    this.server.addService(ServerFeaturesService, {
      getSupportedMethods: (_: unknown, answer: sendUnaryData<unknown>) => answer(null, features()),
    });
    this.server.addService(StreamsService, this.streams());
  }

  /** Without the interval the client waits half a second before its first read. */
  get url(): string {
    return `kurrentdb://127.0.0.1:${this.port}?tls=false&discoveryInterval=1`;
  }

  get events(): readonly Logged[] {
    return this.log.all;
  }

  get considered(): number {
    return this.log.considered;
  }

  get repeats(): number {
    return this.log.repeats;
  }

  holdBack(type: string): HeldBack {
    return this.held.holdBack(type);
  }

  loseAnswer(): void {
    this.losing = true;
  }

  dropSubscribers(): void {
    this.subscriptions.drop();
  }

  forget(): void {
    this.log.forget();
  }

  writeSystemEvent(stream?: string, type?: string): void {
    this.log.system(stream, type);
  }

  async down(): Promise<void> {
    const { listener } = this;
    this.listener = undefined;
    if (!listener) return;
    const closed = new Promise<void>((resolve) => listener.close(() => resolve()));
    for (const socket of this.sockets) socket.destroy();
    this.held.drop();
    this.log.forget();
    await closed;
  }

  async up({ starting } = { starting: false }): Promise<void> {
    this.starting = starting;
    const listener = createServer((socket) => {
      this.sockets.add(socket);
      socket.on('error', () => socket.destroy()).on('close', () => this.sockets.delete(socket));
      this.injector.injectConnection(socket);
    });
    await new Promise<void>((resolve, reject) => {
      listener.once('error', reject).listen(this.port, '127.0.0.1', resolve);
    });
    this.listener = listener;
    this.port = (listener.address() as AddressInfo).port;
  }

  ready(): void {
    this.starting = false;
  }

  restart(): Promise<void> {
    this.restarted = this.restarted.then(() => this.down()).then(() => this.up());
    return this.restarted;
  }

  async stop(): Promise<void> {
    await this.down();
    this.server.forceShutdown();
  }

  isStarting(): boolean {
    return this.starting;
  }

  losesAnswer(peer: string): boolean {
    if (!this.losing) return false;
    this.losing = false;
    for (const socket of this.sockets) {
      if (`${socket.remoteAddress}:${socket.remotePort}` === peer) socket.destroy();
    }
    return true;
  }

  private streams() {
    const { log, quirks } = this;
    return {
      batchAppend: (call: Parameters<typeof batchAppend>[1]) => batchAppend(this, call),
      append: (call: Parameters<typeof append>[1], answer: Parameters<typeof append>[2]) => append(this, call, answer),
      delete: remove(
        this,
        (stream, expected) => log.delete(stream, expected),
        (position) => new streams.DeleteResp().setPosition(at(new streams.DeleteResp.Position(), position)),
      ),
      tombstone: remove(
        this,
        (stream, expected) => log.tombstone(stream, expected),
        (position) => new streams.TombstoneResp().setPosition(at(new streams.TombstoneResp.Position(), position)),
      ),
      read: (call: ReadCall) => {
        if (this.starting) call.emit('error', fault.notReady());
        else if (call.request.getOptions()!.hasSubscription()) this.subscriptions.subscribe(call);
        else void read(log, quirks, call);
      },
    };
  }
}

/** That appends go over one shared stream, as with servers since 21.10. */
function features(): InstanceType<typeof SupportedMethods> {
  const batch = new SupportedMethod().setServiceName('event_store.client.streams.streams').setMethodName('batchappend');
  return new SupportedMethods().setEventStoreServerVersion('23.10.8').setMethodsList([batch]);
}

function at<P extends streams.DeleteResp.Position | streams.TombstoneResp.Position>(position: P, value: bigint): P {
  position.setCommitPosition(String(value)).setPreparePosition(String(value));
  return position;
}
