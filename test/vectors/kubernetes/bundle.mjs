// Makes validators.cjs from two unpacked npm packages: the schemas of the kinds below and what they refer to, as they are.
//
//   npm pack kubernetes-models@4.5.1 @kubernetes-models/apimachinery@2.2.0     and unpack them into two folders
//   node bundle.mjs <folder of the first> <folder of the second>
import { readFileSync, writeFileSync } from 'node:fs';
import { basename, join } from 'node:path';

const kinds = {
  'v1/ConfigMap': 'IoK8sApiCoreV1ConfigMap',
  'v1/Service': 'IoK8sApiCoreV1Service',
  'v1/ServiceAccount': 'IoK8sApiCoreV1ServiceAccount',
  'apps/v1/Deployment': 'IoK8sApiAppsV1Deployment',
  'autoscaling/v2/HorizontalPodAutoscaler': 'IoK8sApiAutoscalingV2HorizontalPodAutoscaler',
  'batch/v1/Job': 'IoK8sApiBatchV1Job',
  'networking.k8s.io/v1/NetworkPolicy': 'IoK8sApiNetworkingV1NetworkPolicy',
  'policy/v1/PodDisruptionBudget': 'IoK8sApiPolicyV1PodDisruptionBudget',
};
const [models, machinery] = process.argv.slice(2).map((folder) => join(folder, '_schemas'));
const read = (name) => {
  for (const folder of [models, machinery]) {
    try {
      return readFileSync(join(folder, `${name}.js`), 'utf8');
    } catch {
      // Of the other package, perhaps.
    }
  }
  throw new Error(`There is no ${name}.js in the two folders.`);
};

const found = new Map();
const take = (name) => {
  if (found.has(name)) return;
  const code = read(name).replace(/\n?\/\/# sourceMappingURL=.*/, '').trim();
  found.set(name, code);
  for (const [, path] of code.matchAll(/require\("([^"]+)"\)/g)) {
    if (path !== '@kubernetes-models/validate') take(basename(path, '.js'));
  }
};
Object.values(kinds).forEach(take);

const modules = [...found].sort().map(([name, code]) => `${name}(require, exports) {${code}\n}`);
writeFileSync(
  join(import.meta.dirname, 'validators.cjs'),
  `// Made by bundle.mjs: see README.md.
const kinds = ${JSON.stringify(kinds, null, 2)};
const { fullFormats } = require('ajv-formats/dist/formats.js');
const quantity = /^[+-]?(\\d+|\\d+\\.\\d*|\\.\\d+)([KMGTPE]i|[numkMGTPE]|[eE][+-]?\\d+)?$/;
const formats = { ...fullFormats, quantity: { type: 'string', validate: quantity } };
const made = {};
const load = (path) => {
  if (path === '@kubernetes-models/validate') return { formats };
  const name = path.split('/').at(-1).replace(/\\.js$/, '');
  if (!made[name]) modules[name](load, (made[name] = {}));
  return made[name];
};
const modules = {
${modules.join(',\n')}
};
exports.validators = Object.fromEntries(Object.entries(kinds).map(([kind, name]) => [kind, load(name).validate]));
`,
);
