import { spawnSync } from 'node:child_process';
import { readdirSync } from 'node:fs';
import { createRequire } from 'node:module';
import { join } from 'node:path';
import { processes, type Process } from '#hosting/src/settings/setting.js';
import { readSettings } from '#hosting/src/settings/settings.js';
import { hasProgram, isCompiled, parseYamls, read, readYamls, root, settingNames } from './files.js';

/** deploy/kubernetes: by the schemas of Kubernetes, built by kubectl where it is, and by our own code. */

interface Manifest {
  apiVersion: string;
  kind: string;
  metadata: { name: string };
  data?: Record<string, string>;
  spec: Record<string, unknown>;
}

interface Pod {
  securityContext: object;
  automountServiceAccountToken: boolean;
  terminationGracePeriodSeconds: number;
  containers: Container[];
  volumes: { name: string; secret?: { secretName: string } }[];
}

interface Container {
  image: string;
  args: string[];
  env: { name: string; value?: string; valueFrom?: { secretKeyRef: { name: string } } }[];
  ports?: { name: string; containerPort: number }[];
  securityContext: object;
  volumeMounts: { name: string }[];
  livenessProbe?: Probe;
  readinessProbe?: Probe;
  startupProbe?: Probe;
  lifecycle?: { preStop: { exec: { command: string[] } } };
}
interface Probe {
  httpGet: { path: string; port: string };
}

type Labels = Record<string, string>;

const folder = 'deploy/kubernetes';
const base = readdirSync(join(root, folder, 'base'))
  .filter((name) => name !== 'kustomization.yaml')
  .flatMap((name) => readYamls(`${folder}/base/${name}`) as Manifest[]);

const shapes = ['small', 'large'] as const;
const canBuild = hasProgram('kubectl', 'kustomize', '--help');

/** What `kubectl apply -k` would send. */
function built(shape: (typeof shapes)[number]): Manifest[] {
  const { status, stdout, stderr } = spawnSync('kubectl', ['kustomize', join(root, folder, shape)], {
    encoding: 'utf8',
  });
  if (status !== 0) throw new Error(stderr);
  return parseYamls(stdout) as Manifest[];
}

/** Without kubectl the base alone is looked at. */
const all: [string, Manifest[]][] = canBuild ? shapes.map((shape) => [shape, built(shape)]) : [['base', base]];

// ── As Kubernetes has them ──

type Validate = ((data: unknown) => boolean) & { errors?: unknown };
const { validators } = createRequire(import.meta.url)('../vectors/kubernetes/validators.cjs') as {
  validators: Record<string, Validate>;
};
/** Kinds that clusters know by an add-on, whose schemas are not here. */
const addOns = ['gateway.networking.k8s.io/v1/HTTPRoute', 'monitoring.coreos.com/v1/PodMonitor'];

/** Fields that the schema does not know: those that its validator never read. */
function checked(manifest: Manifest): { errors: unknown; unknown: string[] } {
  const seen = new Set<string>();
  const watched = (value: unknown, path: string): unknown =>
    typeof value !== 'object' || value === null
      ? value
      : new Proxy(value, {
          get(target, name) {
            seen.add(`${path}/${String(name)}`);
            const found: unknown = Reflect.get(target, name);
            return typeof found === 'function' ? found : watched(found, `${path}/${String(name)}`);
          },
        });
  const paths = (value: unknown, path: string): string[] =>
    typeof value !== 'object' || value === null
      ? []
      : Object.entries(value).flatMap(([name, inner]) => [`${path}/${name}`, ...paths(inner, `${path}/${name}`)]);
  const validate = validators[`${manifest.apiVersion}/${manifest.kind}`]!;
  const isRight = validate(watched(manifest, ''));
  return { errors: isRight ? null : validate.errors, unknown: paths(manifest, '').filter((path) => !seen.has(path)) };
}

test.each(all)('%s: every manifest is what its schema takes, without a field more', (_, manifests) => {
  for (const manifest of manifests) {
    const kind = `${manifest.apiVersion}/${manifest.kind}`;
    if (addOns.includes(kind)) continue;
    expect([kind, manifest.metadata.name, checked(manifest)]).toEqual([
      ...[kind, manifest.metadata.name],
      { errors: null, unknown: [] },
    ]);
  }
});

test('a misspelt field and a wrong type are found', () => {
  const service = structuredClone(base.find(({ kind }) => kind === 'Service')!);
  Object.assign(service.spec, { selektor: {}, ports: 'http' });
  expect(checked(service)).toMatchObject({ errors: [{ instancePath: '/spec/ports' }], unknown: ['/spec/selektor'] });
});

// ── As our code has them ──

const podOf = ({ spec }: Manifest) => (spec.template as { metadata: { labels: Labels }; spec: Pod }).spec;
const labelsOf = ({ spec }: Manifest) => (spec.template as { metadata: { labels: Labels } }).metadata.labels;
const running = (manifests: readonly Manifest[]) =>
  manifests.filter(({ kind }) => ['Deployment', 'Job'].includes(kind));

function processOf({ args: [main = '', verb] }: Container): Process {
  expect(isCompiled(main) || main).toBe(true);
  const [, app] = /^dist\/apps\/(\w+)\//.exec(main)!;
  return processes.find((one) => one === (verb ? `${app} ${verb}` : app))!;
}

/** What the secrets that are referred to hold, as docs/runbook.md has them made. */
const secrets: Record<string, string> = {
  DATABASE_URL: 'postgres://attest_app:secret@postgres.postgres.svc/attest',
  DATABASE_OWNER_URL: 'postgres://attest_owner:secret@postgres.postgres.svc/attest',
  KURRENTDB_URL: 'kurrentdb+discover://attest:secret@kurrentdb.kurrentdb.svc:2113?tls=true',
  KAFKA_USERNAME: 'attest',
  KAFKA_PASSWORD: 'secret',
};

test.each(all)('%s: every pod runs what there is, with settings that it starts with', (shape, manifests) => {
  const map = manifests.find(({ kind }) => kind === 'ConfigMap')!.data!;
  expect(settingNames).toEqual(expect.arrayContaining(Object.keys(map)));
  const found = running(manifests).map((manifest) => {
    const [container] = podOf(manifest).containers as [Container];
    expect(settingNames).toEqual(expect.arrayContaining(container.env.map(({ name }) => name)));
    // Nothing secret stands in the files themselves.
    for (const { valueFrom } of container.env) expect(valueFrom?.secretKeyRef.name).toMatch(/^attest-/);
    const told = container.env.flatMap(({ name }) => (name in secrets ? [[name, secrets[name]!] as const] : []));
    const needed = told.filter(([name]) => shape === 'large' || !/^(KURRENTDB|KAFKA)_/.test(name));
    const of = processOf(container);
    readSettings({ ...map, ...Object.fromEntries(needed) }, {}, false, of as Exclude<Process, 'attest start'>);
    return of;
  });
  expect(found.sort()).toEqual(['attest setup', 'projector', 'recorder', 'reporter']);
});

test.each(all)(
  '%s: the ports are those that are listened at, and every probe asks for a path that there is',
  (_, manifests) => {
    const map = manifests.find(({ kind }) => kind === 'ConfigMap')!.data!;
    for (const manifest of manifests.filter(({ kind }) => kind === 'Deployment')) {
      const [container] = podOf(manifest).containers as [Container];
      expect(container.ports).toEqual([
        { name: 'http', containerPort: Number(map.ATTEST_PORT) },
        { name: 'metrics', containerPort: Number(map.ATTEST_METRICS!.split(':')[1]) },
      ]);
      const { startupProbe, livenessProbe, readinessProbe } = container;
      expect([startupProbe, livenessProbe, readinessProbe].map((probe) => probe?.httpGet)).toEqual([
        { path: '/health/live', port: 'http' },
        { path: '/health/live', port: 'http' },
        { path: '/health/ready', port: 'http' },
      ]);
    }
  },
);

test.each(all)('%s: no pod is root, writes into its image, or has rights that it needs not', (_, manifests) => {
  for (const manifest of running(manifests)) {
    const { containers, securityContext, automountServiceAccountToken, volumes } = podOf(manifest);
    expect(automountServiceAccountToken).toBe(false);
    expect(securityContext).toMatchObject({ runAsNonRoot: true, seccompProfile: { type: 'RuntimeDefault' } });
    for (const container of containers) {
      expect(container.securityContext).toEqual({
        allowPrivilegeEscalation: false,
        readOnlyRootFilesystem: true,
        capabilities: { drop: ['ALL'] },
      });
      for (const { name } of container.volumeMounts) expect(volumes.map((volume) => volume.name)).toContain(name);
    }
  }
});

test.each(all)('%s: what selects pods, names a service, or scales a deployment finds it', (_, manifests) => {
  const pods = running(manifests).map(labelsOf);
  const names = (wanted: string) =>
    manifests.filter(({ kind }) => kind === wanted).map(({ metadata }) => metadata.name);
  const selects = (labels: Labels = {}) =>
    pods.filter((pod) => Object.entries(labels).every(([key, value]) => pod[key] === value));
  for (const { kind, metadata, spec } of manifests) {
    const selector = (spec?.selector ?? spec?.podSelector) as Labels & { matchLabels?: Labels };
    if (['Service', 'Deployment', 'PodDisruptionBudget'].includes(kind)) {
      const found = selects(kind === 'Service' ? selector : selector.matchLabels);
      expect(found.map((pod) => pod['app.kubernetes.io/component'])).toEqual([metadata.name]);
    }
    if (kind === 'HorizontalPodAutoscaler') {
      // That it is told what to scale on: autoscaling.e2e-spec.ts.
      const { name } = spec.scaleTargetRef as { name: string };
      expect(names('Deployment')).toContain(name);
      // Else each time that the manifests are applied there would be as many as they say.
      expect(manifests.find((one) => one.kind === 'Deployment' && one.metadata.name === name)!.spec.replicas).toBe(
        undefined,
      );
    }
    if (kind === 'HTTPRoute') {
      const { rules } = spec as {
        rules: { matches?: { method: string }[]; backendRefs: { name: string; port: number }[] }[];
      };
      expect(rules).toEqual([
        { matches: [{ method: 'GET' }, { method: 'HEAD' }], backendRefs: [{ name: 'reporter', port: 3000 }] },
        { backendRefs: [{ name: 'recorder', port: 3000 }] },
      ]);
      expect(names('Service').sort()).toEqual(['recorder', 'reporter']);
    }
  }
});

test.each(all)(
  '%s: who is asked by others goes on answering until nobody is sent there, and then has its time',
  (_, manifests) => {
    const [, lastCall] = /LAST_CALL = (\d+)_000/.exec(read('libs/hosting/src/service.ts'))!;
    const asked = manifests.filter(({ kind }) => kind === 'Service').map(({ metadata }) => metadata.name);
    for (const manifest of manifests.filter(({ kind }) => kind === 'Deployment')) {
      const { name } = manifest.metadata;
      const { containers, terminationGracePeriodSeconds } = podOf(manifest);
      const [command, seconds = '0'] = containers[0]!.lifecycle?.preStop.exec.command ?? [];
      expect([name, command, Number(seconds) >= 5]).toEqual(
        asked.includes(name) ? [name, 'sleep', true] : [name, undefined, false],
      );
      expect(terminationGracePeriodSeconds).toBeGreaterThan(Number(seconds) + Number(lastCall));
    }
  },
);

test.each(all)(
  '%s: the gateway is believed about where a request comes from, and nobody else gets to say it',
  (_, manifests) => {
    const { ATTEST_TRUSTED_PROXIES } = manifests.find(({ kind }) => kind === 'ConfigMap')!.data!;
    expect(ATTEST_TRUSTED_PROXIES).toMatch(/^10\.[\d.]+\/16$/);
  },
);

// ── Who may speak to whom ──

interface Policy {
  podSelector: { matchLabels?: Labels; matchExpressions?: { key: string; values: string[] }[] };
  policyTypes: string[];
  ingress?: Rule[];
  egress?: Rule[];
}
interface Rule {
  from?: { namespaceSelector: { matchLabels: Labels } }[];
  to?: { namespaceSelector: { matchLabels: Labels } }[];
  ports: { port: number }[];
}

test.each(all)('%s: nobody speaks to anybody but to those that it has to', (shape, manifests) => {
  const policies = manifests
    .filter(({ kind }) => kind === 'NetworkPolicy')
    .map(({ spec }) => spec as unknown as Policy);
  expect(policies).toContainEqual({ podSelector: {}, policyTypes: ['Ingress', 'Egress'] });
  const allowed = (role: string, way: 'ingress' | 'egress') =>
    policies
      .filter(({ podSelector }) => podSelector.matchLabels?.['app.kubernetes.io/name'] === 'attest')
      .filter(({ podSelector }) => (podSelector.matchExpressions ?? []).every(({ values }) => values.includes(role)))
      .flatMap((policy) => policy[way] ?? [])
      .flatMap(({ from, to, ports }) =>
        (from ?? to ?? [])
          .map(({ namespaceSelector }) => Object.values(namespaceSelector.matchLabels)[0]!)
          .flatMap((namespace) => [...new Set(ports.map(({ port }) => `${namespace}:${port}`))]),
      )
      .sort();
  const engines = shape === 'large' ? ['kurrentdb:2113'] : [];
  const tracing = shape === 'large' ? ['monitoring:4318'] : [];
  const stream = shape === 'large' ? ['kafka:9093'] : [];
  const always = ['kube-system:53', 'postgres:5432', ...engines, ...tracing];
  expect(allowed('reporter', 'egress')).toEqual([...always].sort());
  for (const role of ['recorder', 'projector', 'setup'])
    expect(allowed(role, 'egress')).toEqual([...always, ...stream].sort());
  for (const role of ['recorder', 'reporter'])
    expect(allowed(role, 'ingress')).toEqual(['gateway:3000', 'monitoring:9464']);
  for (const role of ['projector', 'setup']) expect(allowed(role, 'ingress')).toEqual(['monitoring:9464']);
});
