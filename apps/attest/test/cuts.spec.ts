import { expect, test } from '@jest/globals';
import { CatalogueModule } from '#catalogue/src/catalogue.module.js';
import { apiDocument } from '#http';

/**
 * What people read can be cut on both axes: as it was known then, and what took place until then. A new route is one of
 * these, or stands below with a reason.
 */

interface Parameter {
  $ref?: string;
  name?: string;
}
interface Document {
  paths: Record<string, { get?: { parameters: Parameter[] } }>;
  components: { parameters: Record<string, { name: string }> };
}
const { paths, components } = JSON.parse(JSON.stringify(apiDocument([CatalogueModule], '1.2.3'))) as Document;
const nameOf = ({ $ref, name }: Parameter) => ($ref ? components.parameters[$ref.split('/').at(-1)!]!.name : name!);
const routes = Object.entries(paths).flatMap(([path, { get }]) =>
  get && path.startsWith('/v1') ? [{ path, parameters: get.parameters.map(nameOf) }] : [],
);

/** Routes that are cut as known then alone: what they list is placed by when it was recorded. */
const recordedOnly: Record<string, RegExp> = {
  'changes of a thing': /\/history(\/\{id\})?$/,
  'who could do what on that day': /^\/v1\/tokens$/,
  'the log, cut by when it was recorded as well': /\/events$/,
  'judged on the day `on`: what is dated later had not happened': /\/attention$/,
};
const uncut: Record<string, RegExp> = {
  'a submitted report is frozen at its own cut, on both axes': /\/reports\/\{id\}\/(document|figures\/\{figure\})$/,
  'the state of the program, not of the project': /^\/v1\/(registers|replays\/\{id\})$/,
};
const isIn = (exempt: Record<string, RegExp>, path: string) => Object.values(exempt).some((one) => one.test(path));

test('every list, figure and report takes asOf, and a cut by when things took place', () => {
  const lacking = routes.flatMap(({ path, parameters }) => {
    if (isIn(uncut, path)) return [];
    const occurred = parameters.some((name) => ['occurredUntil', 'to'].includes(name));
    return [
      ...(parameters.includes('asOf') ? [] : [`${path} lacks asOf`]),
      ...(occurred || isIn(recordedOnly, path) ? [] : [`${path} lacks occurredUntil (of a figure: to)`]),
    ];
  });
  expect(lacking).toEqual([]);
});

test('no route is excused that there is not', () => {
  const unused = Object.entries({ ...recordedOnly, ...uncut }).flatMap(([reason, route]) =>
    routes.some(({ path }) => route.test(path)) ? [] : [reason],
  );
  expect(unused).toEqual([]);
});
