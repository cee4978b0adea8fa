/**
 * Whether another try may mend what an engine or its driver threw: a connection that broke or cannot be made, and a server
 * that starts, stops, is full, too busy, or cancels what it cannot answer now, as a replica does (SQLSTATE).
 */
export function isPassing(fault: unknown): boolean {
  const { code, message } = (fault ?? {}) as { code?: unknown; message?: unknown };
  return typeof code === 'string' ? CODES.test(code) : typeof message === 'string' && WORDS.test(message);
}

const CODES =
  /^(08...|40...|53...|57...|58...|25006|55P03|ECONN[A-Z]+|EPIPE|ETIMEDOUT|EHOSTUNREACH|ENETUNREACH|ENOTFOUND|EAI_AGAIN)$/;

/** The driver's own words, without a code, for connections that ended, and for those of a database that has moved meanwhile. */
const WORDS =
  /^(Connection terminated|Client (was closed|has encountered)|Cannot use a pool|timeout (exceeded when trying to connect|expired)|Query read timeout)/;
