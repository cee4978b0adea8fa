import { isIPv4, isIPv6 } from 'node:net';

/** What a setting may take: how its text is read, and what is right, in words. */
export interface Form<T> {
  /** Follows "it takes": `a port from 0 (any free one) to 65535`. */
  takes: string;
  /** Undefined: the text cannot be meant. */
  read(text: string): T | undefined;
}

/** A setting that cannot be meant; the message is one line for the operator. */
export class WrongSetting extends Error {
  override readonly name = 'WrongSetting';
}

export const text = (takes: string): Form<string> => ({ takes, read: (given) => given });

export function whole(takes: string, least: number, most: number): Form<number> {
  const read = (given: string) => {
    const value = /^\d{1,15}$/.test(given) ? Number(given) : NaN;
    return value >= least && value <= most ? value : undefined;
  };
  return { takes: `${takes} from ${least} to ${most}`, read };
}

export const port: Form<number> = {
  takes: 'a port from 0 (any free one) to 65535',
  read: whole('a port', 0, 65_535).read,
};

/** Addresses and networks, with commas between them: `127.0.0.1, 10.0.0.0/8`. */
export const addresses: Form<readonly string[]> = {
  takes: 'addresses or networks with commas between them, such as 127.0.0.1, 10.0.0.0/8',
  read: (given) => {
    const found = given.split(',').map((one) => one.trim());
    const isRight = (one: string) => {
      const [address = '', bits] = one.split('/');
      const most = isIPv4(address) ? 32 : isIPv6(address) ? 128 : -1;
      return most > 0 && (bits === undefined || (/^\d{1,3}$/.test(bits) && Number(bits) <= most));
    };
    return found.every(isRight) ? found : undefined;
  },
};

export const oneOf = <T extends string>(values: readonly T[]): Form<T> => ({
  takes: `one of ${values.join(', ')}`,
  read: (given) => values.find((value) => value === given),
});

export const postgresUrl: Form<string> = {
  takes: 'a URL of PostgreSQL, postgres://role:password@host:5432/database',
  read: (given) => {
    const url = URL.canParse(given) ? new URL(given) : undefined;
    return url && /^postgres(ql)?:$/.test(url.protocol) && url.username !== '' ? given : undefined;
  },
};

/** As @kurrent/kurrentdb-client reads it: `kurrentdb://host:2113?tls=false`, or with `+discover` a cluster's. */
export const kurrentUrl: Form<string> = {
  takes: 'a URL of KurrentDB, kurrentdb://user:password@host:2113?tls=true',
  read: (given) => (/^(kurrentdb|kurrent|kdb|esdb)(\+discover)?:\/\/[^/\s]+/.test(given) ? given : undefined),
};

/** `host:port` with commas between them. */
export const brokerAddresses: Form<readonly string[]> = {
  takes: 'host:port with commas between them, such as kafka-1:9092,kafka-2:9092',
  read: (given) => {
    const found = given.split(',').map((one) => one.trim());
    return found.every((one) => addressOrOff.read(one) !== undefined && one !== 'off') ? found : undefined;
  },
};

export const ledgerName: Form<string> = {
  takes: 'a name of up to 40 small letters, digits and dashes that begins with a letter',
  read: (given) => (/^[a-z][a-z0-9-]{0,39}$/.test(given) ? given : undefined),
};

export const otlpUrl: Form<string> = {
  takes: 'a URL of a collector, http://collector:4318',
  read: (given) => (URL.canParse(given) && /^https?:$/.test(new URL(given).protocol) ? given : undefined),
};

export const share: Form<number> = {
  takes: 'a share from 0 to 1, such as 0.1',
  read: (given) => (/^(0|1|0?\.\d{1,6}|1\.0+)$/.test(given) ? Number(given) : undefined),
};

export interface Address {
  host: string;
  port: number;
}

/** `127.0.0.1:9464`, `[::1]:9464`, or `off`. */
export const addressOrOff: Form<Address | 'off'> = {
  takes: 'host:port, such as 127.0.0.1:9464, or off',
  read: (given) => {
    if (given === 'off') return 'off';
    const [, six, four, digits = ''] = /^(?:\[([\da-f:.%]+)\]|([^\s:[\]/@]+)):(\d{1,5})$/i.exec(given) ?? [];
    const host = six ?? four;
    const number = port.read(digits);
    return host === undefined || number === undefined ? undefined : { host, port: number };
  },
};

const units: Record<string, number> = { m: 60, h: 3_600, d: 86_400, w: 604_800, y: 365 * 86_400 };
/** Days; no token holds longer. */
const LONGEST = 366;

/** `30d`, `12h`, `2w`, `90m`, `1y` as seconds. */
export const span: Form<number> = {
  takes: `a number and a unit, such as 90m, 12h, 30d, 2w or 1y, and ${LONGEST} days at most`,
  read: (given) => {
    const [, number, unit] = /^([1-9]\d{0,4})([mhdwy])$/.exec(given) ?? [];
    const seconds = number && unit ? Number(number) * units[unit]! : Infinity;
    return seconds <= LONGEST * 86_400 ? seconds : undefined;
  },
};

/** Throws WrongSetting. What is secret is not repeated. */
export function readForm<T>(name: string, form: Form<T>, given: string, isSecret = false): T {
  const value = form.read(given);
  if (value !== undefined) return value;
  throw new WrongSetting(`${name} is ${isSecret ? 'not right' : `"${given}"`}: it takes ${form.takes}.`);
}

/** The one that is meant, perhaps: at most a third of its letters differ. */
export function nearest(given: string, known: readonly string[]): string | undefined {
  const [best] = known
    .map((name) => ({ name, distance: distance(given, name) }))
    .sort((a, b) => a.distance - b.distance);
  return best && best.distance <= best.name.length / 3 ? best.name : undefined;
}

/** Letters to add, drop, change or swap with their neighbour. */
function distance(a: string, b: string): number {
  let before: number[] = [];
  let last = Array.from({ length: b.length + 1 }, (_, index) => index);
  for (let i = 1; i <= a.length; i += 1) {
    const row = [i];
    for (let j = 1; j <= b.length; j += 1) {
      const change = last[j - 1]! + (a[i - 1] === b[j - 1] ? 0 : 1);
      const swap = a[i - 1] === b[j - 2] && a[i - 2] === b[j - 1] ? before[j - 2]! + 1 : Infinity;
      row.push(Math.min(last[j]! + 1, row[j - 1]! + 1, change, swap));
    }
    before = last;
    last = row;
  }
  return last[b.length]!;
}
