import type { WriteStream } from 'node:tty';
import type { OnStep } from './run.js';

/** On a terminal one line that changes, elsewhere one line a chapter. */
export function progressOn(stream: Pick<WriteStream, 'write' | 'isTTY'>): {
  onStep: OnStep;
  say(line: string): void;
  end(): void;
} {
  let shown = '';
  const clear = () => stream.isTTY && stream.write('\r\x1b[K');
  return {
    onStep({ title, steps }, sent, of) {
      if (stream.isTTY) {
        clear();
        stream.write(`[${String(sent + 1).padStart(String(of).length)}/${of}] ${title}`);
      } else if (title !== shown)
        stream.write(`${title}: ${steps.length} ${steps.length === 1 ? 'command' : 'commands'}\n`);
      shown = title;
    },
    say(line) {
      clear();
      stream.write(`${line}\n`);
    },
    end: () => void clear(),
  };
}
