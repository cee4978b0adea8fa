import type { Logger } from 'pino';
import type { Place } from './listening.js';
import { servePages, type ServedPages } from './plain-pages.js';
import type { AttestReadiness } from './readiness.js';

/**
 * /health/live and /health/ready of a process that answers nothing else. Whoever asks is told whether, and no reason: there
 * are no tokens here. The reasons are in the log, each time that they change.
 */
export function serveHealth(
  readiness: AttestReadiness,
  logger: Logger,
  place: Place,
  say: (line: string) => void,
): Promise<ServedPages> {
  let told = '';
  const json = (status: number, body: object) => ({ status, type: 'application/json', text: JSON.stringify(body) });
  return servePages(
    {
      '/health/live': () => Promise.resolve(json(200, { live: true })),
      '/health/ready': async () => {
        const { reasons, warnings } = await readiness.look(true);
        const now = JSON.stringify([reasons, warnings]);
        if (now !== told)
          logger[reasons.length > 0 ? 'warn' : 'info']({ reasons, warnings }, 'Its health has changed.');
        told = now;
        return json(reasons.length > 0 ? 503 : 200, { ready: reasons.length === 0 });
      },
    },
    place,
    say,
  );
}
