// The least that speaks HTTP/1.1 over one kept connection: so that the client is not what is measured.
import { connect } from 'node:net';

const HEAD_END = Buffer.from('\r\n\r\n');

/** One connection; `send` takes a whole request as bytes and answers its status, head and body. One at a time. */
export async function openLine(port) {
  const socket = connect({ port, host: '127.0.0.1', noDelay: true });
  await new Promise((done, failed) => socket.once('connect', done).once('error', failed));
  let waiting;
  let held = Buffer.alloc(0);
  // What came after it, joined once the answer is whole: joining at each piece would cost more than a large answer does.
  let pieces = [];
  let length = 0;
  let needed = Infinity;
  const fail = (fault) => {
    waiting?.failed(fault ?? new Error('the connection was closed'));
    waiting = undefined;
  };
  socket.on('error', fail);
  socket.on('close', () => fail());
  socket.on('data', (chunk) => {
    pieces.push(chunk);
    length += chunk.length;
    if (needed !== Infinity && length < needed) return;
    held = held.length === 0 && pieces.length === 1 ? chunk : Buffer.concat([held, ...pieces]);
    pieces = [];
    if (needed === Infinity) {
      const end = held.indexOf(HEAD_END);
      if (end === -1) return;
      const head = held.latin1Slice(0, end);
      needed = end + 4 + Number(/\r\ncontent-length: (\d+)/i.exec(head)?.[1] ?? 0);
      if (waiting) waiting.head = { end, head };
    }
    if (held.length < needed || !waiting) return;
    const { done, head } = waiting;
    const answer = {
      status: Number(head.head.slice(9, 12)),
      head: head.head,
      body: held.subarray(head.end + 4, needed),
    };
    held = held.subarray(needed);
    length = held.length;
    needed = Infinity;
    waiting = undefined;
    done(answer);
  });
  return {
    send: (request) =>
      new Promise((done, failed) => {
        waiting = { done, failed };
        if (socket.destroyed) fail();
        else socket.write(request);
      }),
    end: () => socket.destroy(),
  };
}

/** A request as bytes. */
export function request(method, path, headers, body = '') {
  const lines = Object.entries(headers).map(([name, value]) => `${name}: ${value}\r\n`);
  const length =
    method === 'GET' ? '' : `content-type: application/json\r\ncontent-length: ${Buffer.byteLength(body)}\r\n`;
  return `${method} ${path} HTTP/1.1\r\nhost: bench\r\n${lines.join('')}${length}\r\n${body}`;
}
