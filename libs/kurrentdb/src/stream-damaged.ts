import { LogDamaged } from '#event-sourcing';

/** Somebody deleted or truncated a stream, or wrote into it what is not Attest's. */
export class StreamDamaged extends LogDamaged {
  constructor(stream: string, what: string) {
    super(
      `${stream} in KurrentDB ${what}. What was recorded stays: take $tb, $maxCount and $maxAge off the stream's metadata ` +
        'while nothing is scavenged, or copy the log from where it is whole.',
    );
  }
}
