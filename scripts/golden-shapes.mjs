// The golden shapes of events only grow by themselves: what they hold is never changed here, so that a change that
// would break stored events is left for test/event-schemas.spec.ts to find.

/** `golden` and what `shapes` adds to it: new types, fields that may be left out, values, parts that became optional. */
export function withNewShapes(golden, shapes) {
  const types = Object.keys({ ...golden, ...shapes });
  return inOrder(Object.fromEntries(types.map((type) => [type, grown(golden[type], shapes[type])])));
}

function inOrder(value) {
  if (Array.isArray(value)) return value.map(inOrder);
  if (typeof value !== 'object' || value === null) return value;
  const keys = Object.keys(value).sort();
  return Object.fromEntries(keys.map((key) => [key, inOrder(value[key])]));
}

function grown(golden, shape) {
  if (golden === undefined) return bare(shape);
  if (shape === undefined) return golden;
  const { properties, required, enum: values, items, additionalProperties, ...rest } = golden;
  const grows = { ...rest };
  if (values) grows.enum = [...new Set([...values, ...(bare(shape).enum ?? [])])];
  if (properties) {
    const names = Object.keys({ ...properties, ...shape.properties });
    grows.properties = Object.fromEntries(
      names.map((name) => [name, grown(properties[name], shape.properties?.[name])]),
    );
  }
  // A new field that must be there stays out of the list, and is so found by the test.
  if (required) grows.required = required.filter((name) => shape.required?.includes(name) || !shape.properties?.[name]);
  if (items) grows.items = grown(items, shape.items);
  if (additionalProperties !== undefined) {
    const isSchema = typeof additionalProperties === 'object';
    grows.additionalProperties = isSchema
      ? grown(additionalProperties, shape.additionalProperties)
      : additionalProperties;
  }
  return grows;
}

/** Without descriptions: a comment may change. */
function bare(shape) {
  if (typeof shape !== 'object' || shape === null) return shape;
  if (Array.isArray(shape)) return shape.map(bare);
  const { description: _, const: only, properties, ...rest } = shape;
  const others = Object.fromEntries(Object.entries(rest).map(([key, value]) => [key, bare(value)]));
  // One value is a list of values that may grow.
  if (only !== undefined) others.enum = [only];
  if (!properties) return others;
  return {
    ...others,
    properties: Object.fromEntries(Object.entries(properties).map(([name, one]) => [name, bare(one)])),
  };
}
