import { v5 } from 'uuid';

/**
 * Ids that follow from names, so that the story names the same things in every ledger and a second telling records
 * nothing new. A client of your own takes UUIDv7s instead.
 */
const namespace = v5('https://attest.example/examples/libmitaf', v5.URL);

/** The id of a thing of the story: `id('activity', 'row-11')`. */
export const id = (category: string, name: string): string => v5(`${category}/${name}`, namespace);

export const projectId = id('project', 'libmitaf');
export const firstPeriod = id('period', 'first-year');
export const secondPeriod = id('period', 'second-year');
export const interimReport = id('report', 'interim');
export const secondReport = id('report', 'second');
