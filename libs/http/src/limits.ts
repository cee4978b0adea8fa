import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';
import type { Socket } from 'node:net';
import { Problem } from './problem.js';

/** What one process takes, and for how long it waits. A class, so that it is its own injection token. Milliseconds. */
export class Limits {
  /** Requests of one token, and of one address without a token; 0: as many as there are. */
  requestsPerMinute = 6_000;
  /** Requests that are being answered at once. */
  requestsUnderWay = 1_024;
  connections = 4_096;
  /** For a head to arrive. */
  headersTimeout = 10_000;
  /** For a request to arrive as a whole. */
  requestTimeout = 30_000;
  /** Without a byte in either direction, while a request is under way. */
  idleTimeout = 120_000;
  /** Between two requests of one connection. */
  keepAliveTimeout = 72_000;
  /** Bytes of a head, with the path and the query. */
  headBytes = 16_384;
  bulkLines = 100_000;
  bulksUnderWay = 4;
  /** Commands of one bulk that are under way, or wait for an earlier line. */
  bulkCommands = 64;
  /** For a whole bulk. */
  bulkTimeout = 900_000;

  constructor(given: Partial<Limits> = {}) {
    Object.assign(this, given);
  }
}

/** As Fastify takes them. Late connections are looked for every few seconds: a client that sends drop by drop is one. */
export const serverOptions = (limits: Limits) => ({
  requestTimeout: limits.requestTimeout,
  connectionTimeout: limits.idleTimeout,
  keepAliveTimeout: limits.keepAliveTimeout,
  http: {
    headersTimeout: limits.headersTimeout,
    maxHeaderSize: limits.headBytes,
    connectionsCheckingInterval: Math.min(5_000, limits.headersTimeout),
  },
});

/** Refuses what is too much before anything is done for it. Health is always answered. To be called before other hooks. */
export function limitRequestsUnderWay(fastify: FastifyInstance, { requestsUnderWay, connections }: Limits): void {
  fastify.server.maxConnections = connections;
  let underWay = 0;
  fastify.addHook('onRequest', (request, reply, done) => {
    if (isHealth(request)) return done();
    if (underWay >= requestsUnderWay) {
      return done(tooMany('too-many-under-way', `${requestsUnderWay} requests are being answered at this moment.`, 1));
    }
    underWay += 1;
    reply.raw.once('close', () => (underWay -= 1));
    done();
  });
}

/** Counts a request on its token, or on the address it came from. Throws Problem 429. */
export type Charge = (request: FastifyRequest, reply: FastifyReply, tokenId?: string) => void;

/** Every answer that was counted says what is left. */
export function requestRate({ requestsPerMinute: most }: Limits): Charge {
  if (most === 0) return () => undefined;
  const minute = new CountsOfMinute();
  return (request, reply, tokenId) => {
    if (isHealth(request)) return;
    const count = minute.add(tokenId ?? networkOf(request.ip));
    const seconds = minute.left();
    reply.headers({
      'ratelimit-limit': String(most),
      'ratelimit-remaining': String(Math.max(0, most - count)),
      'ratelimit-reset': String(seconds),
    });
    const whose = tokenId === undefined ? 'this address without a token' : 'this token';
    if (count > most) throw tooMany('too-many-requests', `There are ${most} requests a minute for ${whose}.`, seconds);
  };
}

/** By a clock that never steps: one that is set back by hours must not keep anybody out for hours. */
class CountsOfMinute {
  #counts = new Map<string, number>();
  #end = 0;

  add(key: string): number {
    const now = performance.now();
    if (now >= this.#end || this.#counts.size >= MOST_COUNTED) {
      this.#counts = new Map();
      this.#end = now + MINUTE;
    }
    const count = (this.#counts.get(key) ?? 0) + 1;
    this.#counts.set(key, count);
    return count;
  }

  /** Seconds. */
  left(): number {
    return Math.max(1, Math.ceil((this.#end - performance.now()) / 1_000));
  }
}

const MINUTE = 60_000;
/** Of tokens and addresses: more begin a new minute, so that nobody who invents addresses fills the memory. */
const MOST_COUNTED = 100_000;

/** Of IPv6 the first half, as that is what one household or server has. */
export function networkOf(address: string): string {
  if (!address.includes(':') || address.includes('.')) return address.replace(/^::ffff:/i, '');
  const [head = '', tail] = address.split('::');
  const groups = head === '' ? [] : head.split(':');
  const others = tail === undefined || tail === '' ? [] : tail.split(':');
  const zeros = tail === undefined ? [] : Array<string>(8 - groups.length - others.length).fill('0');
  return `${[...groups, ...zeros, ...others].slice(0, 4).join(':')}::/64`;
}

/** 429, to be sent again, unchanged, after so many seconds. */
export const tooMany = (code: string, detail: string, seconds: number) =>
  new Problem(429, code, `${detail} Send it again in ${seconds} s.`, [], { 'retry-after': String(seconds) });

const isHealth = ({ routeOptions: { url } }: FastifyRequest) => url === '/health/live' || url === '/health/ready';

// ── Requests that take their time ──

const patient = new WeakSet<Socket>();

/** Until it is answered the request may take longer to arrive than `requestTimeout`: its answers say that it goes on. */
export function mayTakeLong({ raw: { socket } }: FastifyRequest, { raw }: FastifyReply, longest: number): void {
  const timer = setTimeout(() => socket.destroy(), longest);
  patient.add(socket);
  raw.once('close', () => {
    clearTimeout(timer);
    patient.delete(socket);
  });
}

export const isPatient = (socket: object) => patient.has(socket as Socket);
