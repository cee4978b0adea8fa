import type { Logger } from 'pino';
import { createLogger } from '#http';
import { readSettings, WrongSetting } from './settings/settings.js';
import type { ServiceSettings } from './settings/own-settings.js';
import type { Service } from './settings/setting.js';

/** Milliseconds in which a service ends, whatever hangs: less than the 30 s that orchestrators give. */
const LAST_CALL = 25_000;
/** Milliseconds after which a signal is another one: a terminal's Ctrl-C may reach us twice. */
const SAME_SIGNAL = 1_000;

/** What a service is started with, and where it leaves what it must end. */
export interface ServiceStart {
  settings: ServiceSettings;
  logger: Logger;
  /** Done in the opposite order when the service ends, also where it did not come to start. */
  ends: (() => unknown)[];
}

/**
 * The life of a service as a process: settings from the environment, lines of JSON on stderr, a start that answers where
 * it is to be found, and an end that answers what is under way. Exit codes: 0 ended as told, 1 could not start or end, 2 a
 * wrong setting.
 */
export async function runService(
  service: Service,
  start: (of: ServiceStart) => Promise<Readonly<Record<string, unknown>>>,
): Promise<void> {
  const ends: (() => unknown)[] = [];
  let logger = createLogger('info').child({ process: service });
  try {
    const settings = readSettings(process.env, {}, false, service);
    logger = createLogger(settings.logLevel).child({ process: service });
    const starting = start({ settings, logger, ends });
    endOnSignals(logger, starting, ends);
    logger.info(await starting, `The ${service} has started.`);
  } catch (fault) {
    await endAll(ends).catch(() => undefined);
    // Whatever the level is: why it did not start must be told.
    createLogger('fatal')
      .child({ process: service })
      .fatal(fault instanceof Error ? fault.message : String(fault));
    process.exit(fault instanceof WrongSetting ? 2 : 1);
  }
}

async function endAll(ends: (() => unknown)[]): Promise<void> {
  for (const end of ends.splice(0).reverse()) await end();
}

function endOnSignals(logger: Logger, starting: Promise<unknown>, ends: (() => unknown)[]): void {
  let since = 0;
  const end = async () => {
    setTimeout(() => {
      logger.error('What is under way does not end: it is cut off.');
      process.exit(1);
    }, LAST_CALL).unref();
    try {
      await starting;
      await endAll(ends);
      process.exit(0);
    } catch (err) {
      logger.error({ err }, 'It could not be ended in order.');
      process.exit(1);
    }
  };
  for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) {
    process.on(signal, () => {
      if (since === 0) {
        since = Date.now();
        logger.info('Ending: what is under way is answered first.');
        void end();
      } else if (Date.now() - since > SAME_SIGNAL) process.exit(130);
    });
  }
}
