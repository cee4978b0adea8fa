import { createServer } from 'node:net';
import type { Server } from 'node:http';
import { WrongSetting, type Settings } from './settings/settings.js';

export interface Place {
  host: string;
  /** 0 = any free one. */
  port: number;
  /** Whether to take a free port where this one is taken. */
  mayMove: boolean;
  /** The settings that name the port and the host. */
  setting: string;
  hostSetting: string;
}

export function placesOf({ host, port, mayMove, metrics, metricsMayMove }: Settings): { http: Place; metrics?: Place } {
  return {
    http: { host, port, mayMove, setting: 'ATTEST_PORT', hostSetting: 'ATTEST_HOST' },
    metrics:
      metrics === 'off'
        ? undefined
        : { ...metrics, mayMove: metricsMayMove, setting: 'ATTEST_METRICS', hostSetting: 'ATTEST_METRICS' },
  };
}

/** Throws a line for the operator where nothing can be answered at the place: before anything is started for it. */
export async function refuseTaken(place: Place): Promise<void> {
  try {
    await probe(place.port, place.host);
  } catch (fault) {
    if (!isTaken(fault) || !place.mayMove) throw reasonOf(fault, place);
  }
}

/** Listens there, or says in one line why not; answers the URL that reaches it from this machine. */
export async function listenAt(
  server: Server,
  place: Place,
  say: (line: string) => void,
  listen: (port: number, host: string) => Promise<unknown> = (...at) => listenWith(server, ...at),
): Promise<string> {
  const { host, port } = place;
  try {
    // First, as what listens for HTTP has words of its own for this.
    await probe(port, host);
    await listen(port, host);
  } catch (fault) {
    if (!isTaken(fault) || !place.mayMove) throw reasonOf(fault, place);
    await listen(0, host);
    say(`${taken(place)}; a free one is used instead.`);
  }
  const address = server.address() as { port: number };
  // What listens everywhere can be reached here.
  const named = ['0.0.0.0', '::'].includes(host) ? '127.0.0.1' : host;
  return `http://${named.includes(':') ? `[${named}]` : named}:${address.port}`;
}

async function probe(port: number, host: string): Promise<void> {
  if (port === 0) return;
  const server = createServer();
  await listenWith(server, port, host);
  await new Promise((done) => server.close(done));
}

const listenWith = (server: ReturnType<typeof createServer>, port: number, host: string) =>
  new Promise<void>((done, failed) => {
    server.once('error', failed);
    server.listen(port, host, () => {
      server.off('error', failed);
      done();
    });
  });

const isTaken = (fault: unknown) => (fault as NodeJS.ErrnoException).code === 'EADDRINUSE';
const taken = ({ port, setting }: Place) => `Port ${port} (${setting}) is taken by another program`;

const noHost = new Set<string | undefined>(['ENOTFOUND', 'EAI_AGAIN', 'EADDRNOTAVAIL', 'EINVAL']);

function reasonOf(fault: unknown, place: Place): Error {
  const { code } = fault as NodeJS.ErrnoException;
  const { host, port, setting, hostSetting } = place;
  if (noHost.has(code)) {
    const line = `${hostSetting} names ${host}, which is no address of this machine (${code}): name another.`;
    return new WrongSetting(line, { cause: fault });
  }
  const line = isTaken(fault)
    ? `${taken(place)}: end that, or name another port.`
    : `Attest cannot listen at ${host} port ${port} (${code}): name another with ${setting}.`;
  return new Error(line, { cause: fault });
}
