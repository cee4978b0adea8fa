import { connect, createServer, type AddressInfo, type Server, type Socket } from 'node:net';
import { setTimeout as delay } from 'node:timers/promises';

/** Between Attest and PostgreSQL: passes everything on, until it is told to fail. */
export class Proxy {
  #server: Server | undefined;
  /** The client's side, and the server's. */
  readonly #pairs = new Set<readonly [Socket, Socket]>();
  #isRefusing = false;
  #isSwallowing = false;
  #latency = 0;

  constructor(private readonly target: () => { host: string; port: number }) {}

  get port(): number {
    return (this.#server!.address() as AddressInfo).port;
  }

  async start(): Promise<void> {
    this.#server = createServer((client) => this.#pass(client));
    await new Promise<void>((resolve) => this.#server!.listen(0, '127.0.0.1', resolve));
  }

  /** Every connection is gone at once. */
  cut(): void {
    for (const pair of this.#pairs) for (const socket of pair) socket.destroy();
  }

  /** Cuts, and takes no connection for so long. */
  async refuse(ms: number): Promise<void> {
    this.#isRefusing = true;
    this.cut();
    await delay(ms);
    this.#isRefusing = false;
  }

  /** Every answer takes so long, for so long. */
  async slow(latency: number, ms: number): Promise<void> {
    this.#latency = latency;
    await delay(ms);
    this.#latency = 0;
  }

  /** What is asked reaches the server, and is done there; no answer comes back. Then all connections are cut. */
  async swallow(ms: number): Promise<void> {
    this.#isSwallowing = true;
    await delay(ms);
    this.cut();
    this.#isSwallowing = false;
  }

  async stop(): Promise<void> {
    this.cut();
    await new Promise((resolve) => this.#server!.close(resolve));
  }

  #pass(client: Socket): void {
    if (this.#isRefusing) {
      client.destroy();
      return;
    }
    const { host, port } = this.target();
    const server = connect(port, host);
    const pair = [client, server] as const;
    this.#pairs.add(pair);
    for (const socket of pair) {
      socket.setNoDelay(true);
      socket.on('error', () => undefined);
      socket.on('close', () => {
        this.#pairs.delete(pair);
        client.destroy();
        server.destroy();
      });
    }
    client.on('data', (data) => server.write(data));
    // One after the other, however the latency changes meanwhile.
    let before = Promise.resolve();
    server.on('data', (data) => {
      if (this.#isSwallowing) return;
      const latency = this.#latency;
      before = before.then(async () => {
        if (latency > 0) await delay(latency);
        client.write(data);
      });
    });
  }
}
