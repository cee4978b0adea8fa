import { createServer, request as ask, type IncomingMessage, type Server, type ServerResponse } from 'node:http';

/**
 * One address before the services: what reads goes to the reporters, all else to the recorders, in turn. Where one does
 * not answer another is asked.
 */
export class Gateway {
  #turn = 0;
  readonly #server: Server;

  constructor(
    private readonly recorders: () => readonly string[],
    private readonly reporters: () => readonly string[],
    /** Milliseconds until the next is asked, where there is one; without it only a broken connection counts. */
    private readonly patience?: number,
  ) {
    this.#server = createServer((request, response) => void this.#pass(request, response));
  }

  async start(): Promise<string> {
    await new Promise<void>((done) => this.#server.listen(0, '127.0.0.1', done));
    return `http://127.0.0.1:${(this.#server.address() as { port: number }).port}`;
  }

  stop(): void {
    this.#server.close();
    this.#server.closeAllConnections();
  }

  async #pass(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const body = await bodyOf(request);
    if (body === undefined) return;
    const all = ['GET', 'HEAD'].includes(request.method!) ? this.reporters() : this.recorders();
    this.#turn += 1;
    for (const n of all.keys()) {
      const isLast = n === all.length - 1;
      const to = all[(this.#turn + n) % all.length]!;
      const answer = await this.#answerOf(to, request, body, isLast ? undefined : this.patience);
      if (!answer) continue;
      response.writeHead(answer.statusCode!, answer.headers);
      answer.once('error', () => response.destroy());
      answer.pipe(response);
      return;
    }
    // As a gateway answers whose services are gone: to be asked again.
    response.writeHead(503, { 'retry-after': '1' }).end();
  }

  /** Undefined where none comes. */
  #answerOf(to: string, { url, method, headers }: IncomingMessage, body: Buffer, patience: number | undefined) {
    return new Promise<IncomingMessage | undefined>((resolve) => {
      const onward = ask(to + url!, { method: method!, headers }, (answer) => {
        clearTimeout(timer);
        resolve(answer);
      });
      const timer = patience === undefined ? undefined : setTimeout(() => onward.destroy(), patience);
      onward.once('close', () => {
        clearTimeout(timer);
        resolve(undefined);
      });
      onward.on('error', () => undefined);
      onward.end(body);
    });
  }
}

/** Undefined where the client is gone before all of it came. */
async function bodyOf(request: IncomingMessage): Promise<Buffer | undefined> {
  try {
    const chunks: Buffer[] = [];
    for await (const chunk of request) chunks.push(chunk as Buffer);
    return Buffer.concat(chunks);
  } catch {
    return undefined;
  }
}
