import { createServer, type Server } from 'node:http';
import { listenAt, type Place } from './listening.js';

/** What a page is at this moment. */
export interface Page {
  status?: number;
  type: string;
  text: string;
}

export interface ServedPages {
  /** Where they are, without a path. */
  url: string;
  /** Ends it at once. */
  close(): void;
}

/** A few pages for machines that watch, by their path, and nothing else, at an address of their own. */
export async function servePages(
  pages: Readonly<Record<string, () => Promise<Page>>>,
  place: Place,
  say: (line: string) => void,
): Promise<ServedPages> {
  const known = Object.keys(pages).join(', ');
  const server: Server = createServer((request, response) => {
    const head = { 'x-content-type-options': 'nosniff', 'cache-control': 'no-store' };
    const answer = ({ status = 200, type, text }: Page) =>
      response.writeHead(status, { ...head, 'content-type': type }).end(request.method === 'HEAD' ? undefined : text);
    const refuse = (status: number, text: string) => void answer({ status, type: 'text/plain', text });
    const path = request.url?.split('?', 1)[0] ?? '';
    if (!Object.hasOwn(pages, path)) return refuse(404, `There is only ${known} here.\n`);
    if (!['GET', 'HEAD'].includes(request.method ?? '')) return refuse(405, 'GET, please.\n');
    pages[path]!().then(answer, () => refuse(503, 'Not now.\n'));
  });
  server.maxConnections = 16;
  const url = await listenAt(server, place, say);
  return {
    url,
    close() {
      server.close();
      server.closeAllConnections();
    },
  };
}
