import { randomUUID } from 'node:crypto';
import { fault } from './answers.js';
import type { Log, Logged } from './log.js';
import { nameOf, streams } from './protocol.js';
import { drained, eventOf, filterOf, type ReadCall, type Wanted } from './reads.js';

export interface SubscriptionQuirks {
  /** Subscriptions begin after their start. Otherwise with the event at it. */
  subscriptionsAreExclusive: boolean;
  /** A live subscription that lags so many events is dropped. */
  lag: number;
}

/** A checkpoint comes after so many events times the subscriber's interval, wanted or not. */
const WINDOW = 32;

/** The subscriptions of one server: each catches up with the log, and is then live. */
export class Subscriptions {
  private readonly open = new Set<Subscription>();

  constructor(
    private readonly log: Log,
    private readonly quirks: SubscriptionQuirks,
  ) {}

  subscribe(call: ReadCall): void {
    const subscription = new Subscription(this.log, this.quirks, call);
    this.open.add(subscription);
    const close = () => {
      subscription.close();
      this.open.delete(subscription);
    };
    for (const event of ['cancelled', 'close', 'error']) call.once(event, close);
    subscription.run();
  }

  /** Drops those that are live as too slow. */
  drop(): void {
    for (const subscription of this.open) subscription.drop();
  }
}

class Subscription {
  private readonly wanted: Wanted;
  private readonly every: number;
  private next: number;
  private considered = 0;
  private live = false;
  private closed = false;
  private lagging = 0;
  private blocked = false;
  private readonly unwatch: () => void;

  constructor(
    private readonly log: Log,
    private readonly quirks: SubscriptionQuirks,
    private readonly call: ReadCall,
  ) {
    const options = call.request.getOptions()!;
    const filter = options.getFilter();
    const stream = options.hasStream() ? nameOf(options.getStream()!.getStreamIdentifier()) : undefined;
    const wanted = filterOf(options);
    this.wanted = stream === undefined ? wanted : (event) => event.stream === stream && this.isAfter(event);
    this.every = filter ? (filter.getMax() || WINDOW) * filter.getCheckpointintervalmultiplier() : Infinity;
    this.next = this.start(options);
    this.unwatch = log.watch((event) => this.appeared(event));
  }

  run(): void {
    const confirmation = new streams.ReadResp.SubscriptionConfirmation().setSubscriptionId(randomUUID());
    this.call.write(new streams.ReadResp().setConfirmation(confirmation));
    this.send();
  }

  drop(): void {
    if (!this.live || this.closed) return;
    this.close();
    this.call.emit('error', fault.tooSlow());
  }

  close(): void {
    this.closed = true;
    this.unwatch();
  }

  /** Sends what is there for as long as the call takes it. */
  private send(): void {
    while (!this.closed && !this.blocked && this.next < this.log.all.length) this.consider(this.log.all[this.next++]!);
    if (this.closed || this.blocked || this.live) return;
    this.live = true;
    this.call.write(new streams.ReadResp().setCaughtUp(new streams.ReadResp.CaughtUp()));
  }

  private consider(event: Logged): void {
    if (this.wanted(event)) {
      this.lagging = Math.max(0, this.lagging - 1);
      if (!this.call.write(eventOf(event))) void this.waitForRoom();
    }
    this.considered += 1;
    if (this.considered >= this.every) this.checkpoint(event);
  }

  private async waitForRoom(): Promise<void> {
    this.blocked = true;
    await drained(this.call);
    this.blocked = false;
    this.send();
  }

  private checkpoint(event: Logged): void {
    this.considered = 0;
    const position = String(event.position);
    const checkpoint = new streams.ReadResp.Checkpoint().setCommitPosition(position).setPreparePosition(position);
    this.call.write(new streams.ReadResp().setCheckpoint(checkpoint));
  }

  private appeared(event: Logged): void {
    if (this.live && this.wanted(event)) this.lagging += 1;
    this.send();
    if (this.lagging > this.quirks.lag) this.drop();
  }

  private start(options: streams.ReadReq.Options): number {
    const from = options.hasStream() ? options.getStream()! : options.getAll()!;
    if (from.hasEnd()) return this.log.all.length;
    if (!options.hasAll() || !options.getAll()!.hasPosition()) return 0;
    const position = BigInt(options.getAll()!.getPosition()!.getCommitPosition());
    return this.log.indexOf(this.quirks.subscriptionsAreExclusive ? position + 1n : position);
  }

  private isAfter(event: Logged): boolean {
    const from = this.call.request.getOptions()!.getStream()!;
    if (!from.hasRevision()) return true;
    const revision = BigInt(from.getRevision());
    return event.revision > revision || (!this.quirks.subscriptionsAreExclusive && event.revision === revision);
  }
}
