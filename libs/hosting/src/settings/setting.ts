import type { Form } from './setting-forms.js';

/** A process that reads settings: all of Attest on one machine, a one-shot that prepares for services, a service. */
export const processes = ['attest start', 'attest setup', 'recorder', 'projector', 'reporter'] as const;
export type Process = (typeof processes)[number];
export type Service = Exclude<Process, 'attest start' | 'attest setup'>;

/** What an operator decides, parsed once at start. Nothing else reads the environment. */
export interface Setting<T> {
  /** In the environment. */
  name: string;
  form: Form<T>;
  /** As one would write it; without it the setting may be left out, and is undefined. */
  otherwise?: string;
  /** In the place of `otherwise` where a person looks on. */
  onTerminal?: string;
  /** What it is for: sentences for the documentation, the first one for `--help`. */
  about: string;
  /** Its heading in the documentation. */
  group: 'Where things are' | 'Database' | 'Engines' | 'Services' | 'People' | 'Limits' | 'Watching';
  /** The flag of `attest start` that wins over it. */
  flag?: string;
  /** Its value is never repeated. */
  isSecret?: boolean;
  /** Who takes it; every process without it. To the others it is as if it were not set. */
  takenBy?: readonly Process[];
}

export type Optional<T> = Omit<Setting<T>, 'otherwise'> & { otherwise?: undefined };
export type Given<T> = Setting<T> & { otherwise: string };

export function setting<T>(of: Given<T>): Given<T>;
export function setting<T>(of: Optional<T>): Optional<T>;
export function setting<T>(of: Setting<T>): Setting<T> {
  return of;
}
