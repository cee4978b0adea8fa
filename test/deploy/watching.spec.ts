import { Metrics } from '#hosting/src/metrics/metrics.js';
import { metricNames, metricsOf, read, readYaml } from './files.js';

/** Prometheus, its alerts and the dashboard ask for metrics that there are. */

interface Rule {
  alert: string;
  expr: string;
  labels: { severity: string };
  annotations: { summary: string; runbook: string };
}
interface Panel {
  title: string;
  datasource: { uid: string };
  targets: { expr: string }[];
}

const rules = (readYaml('deploy/prometheus/alerts.yml') as { groups: { rules: Rule[] }[] }).groups.flatMap(
  ({ rules }) => rules,
);
const dashboard = JSON.parse(read('deploy/grafana/dashboards/attest.json')) as { panels: Panel[] };
const prometheus = readYaml('deploy/prometheus/prometheus.yml') as {
  scrape_configs: { job_name: string; metrics_path: string; dns_sd_configs: { names: string[]; port: number }[] }[];
};

/** The names of the page, those of Node among them. */
async function known(): Promise<Set<string>> {
  const page = await new Metrics('application').text();
  return new Set([...metricNames(), ...[...page.matchAll(/^# TYPE (\S+)/gm)].map(([, name]) => name!)]);
}

test('every metric that an alert or the dashboard asks for is on the page', async () => {
  const names = [...(await known())];
  const asked = [
    ...rules.map(({ expr }) => expr),
    ...dashboard.panels.flatMap(({ targets }) => targets.map(({ expr }) => expr)),
  ];
  for (const expression of asked) expect(names).toEqual(expect.arrayContaining(metricsOf(expression)));
  expect(asked.flatMap(metricsOf).length).toBeGreaterThan(20);
});

test('every metric of ours is watched by the dashboard or by an alert', async () => {
  const expressions = [
    ...rules.map(({ expr }) => expr),
    ...dashboard.panels.flatMap(({ targets }) => targets.map(({ expr }) => expr)),
  ];
  const watched = new Set(expressions.flatMap(metricsOf));
  // Says which version runs, and is always 1.
  const told = ['attest_build_info'];
  expect([...metricNames()].filter((name) => !watched.has(name) && !told.includes(name))).toEqual([]);
});

test('that the lag grows is told where no more events are counted than the projections count', () => {
  const [, counted] = /^const COUNTED = ([\d_]+);/m.exec(read('libs/postgres/src/postgres-projections.ts'))!;
  const { expr } = rules.find(({ alert }) => alert === 'AttestLagGrows')!;
  const [, least] = /attest_projection_lag_events\{[^}]+\}\) >= (\d+)/.exec(expr)!;
  expect(Number(least)).toBeLessThanOrEqual(Number(counted!.replace('_', '')));
});

test('every alert says what is so, how urgent it is, and where the runbook has what to do', () => {
  const anchors = [...read('docs/runbook.md').matchAll(/^## (.+)$/gm)].map(([, heading]) => anchorOf(heading!));
  for (const { alert, labels, annotations } of rules) {
    expect([alert, labels.severity]).toEqual([alert, expect.stringMatching(/^(page|warn)$/)]);
    expect(annotations.summary).toMatch(/\.$/);
    const [page, anchor] = annotations.runbook.split('#');
    expect(page).toBe('docs/runbook.md');
    expect(anchors).toContain(anchor);
  }
});

/** As GitHub makes it. */
const anchorOf = (heading: string) =>
  heading
    .toLowerCase()
    .replace(/[^\w\- ]/g, '')
    .replaceAll(' ', '-');

test('Prometheus asks every process that answers metrics, by its name in docker-compose.yml', () => {
  const { services } = readYaml('docker-compose.yml') as {
    services: Record<string, { environment?: Record<string, string>; networks: object }>;
  };
  const answering = Object.entries(services).filter(
    ([, { environment, networks }]) => environment?.ATTEST_METRICS && JSON.stringify(networks).includes('watching'),
  );
  const [{ job_name, metrics_path, dns_sd_configs }] = prometheus.scrape_configs as [
    (typeof prometheus.scrape_configs)[0],
  ];
  expect(metrics_path).toBe('/metrics');
  expect(dns_sd_configs[0]!.names.toSorted()).toEqual(answering.map(([name]) => name).toSorted());
  for (const [, { environment }] of answering)
    expect(environment!.ATTEST_METRICS).toBe(`0.0.0.0:${dns_sd_configs[0]!.port}`);
  for (const { expr } of rules) for (const [, job] of expr.matchAll(/job="(\w+)"/g)) expect(job).toBe(job_name);
});

test('every panel has the one source of data that is provisioned', () => {
  const { datasources } = readYaml('deploy/grafana/provisioning/datasources/prometheus.yml') as {
    datasources: { uid: string }[];
  };
  for (const { datasource } of dashboard.panels) expect(datasource.uid).toBe(datasources[0]!.uid);
  expect(new Set(dashboard.panels.map(({ title }) => title)).size).toBe(dashboard.panels.length);
});
