import { Recorder } from '#event-sourcing';
import { MeasuredRecorder, type Metrics } from './metrics/metrics.js';
import { programVersion } from './program.js';
import type { Settings } from './settings/settings.js';
import type { Traces } from './tracing/traced-ports.js';

/** What one process tells of itself, each where it is wanted: numbers, and traces. */
export interface Watching {
  metrics?: Metrics;
  traces?: Traces;
}

/** Where traces go to, and which share of them; undefined where none are made. */
export interface TraceSettings {
  to: string;
  share: number;
}

export const traceSettingsOf = ({
  traces,
  traceShare,
}: Pick<Settings, 'traces' | 'traceShare'>): TraceSettings | undefined =>
  traces === undefined ? undefined : { to: traces, share: traceShare };

/** What makes traces is only loaded where some are made. */
export async function openTraces(settings: TraceSettings | undefined, service: string): Promise<Traces | undefined> {
  if (!settings) return undefined;
  const [{ Tracing }, { Traces: Ports }] = await Promise.all([
    import('./tracing/tracing.js'),
    import('./tracing/traced-ports.js'),
  ]);
  return new Ports(new Tracing({ ...settings, service, version: programVersion() }));
}

export function openRecorder({ metrics, traces }: Watching, ...of: ConstructorParameters<typeof Recorder>): Recorder {
  const recorder = metrics ? new MeasuredRecorder(metrics, ...of) : new Recorder(...of);
  traces?.followRecorder(recorder);
  return recorder;
}
