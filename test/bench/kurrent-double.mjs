// The protocol double of the tests as a process, so that its own work is not counted with the client's. Needs
// --experimental-transform-types; its files name one another as they are called when compiled.
import { registerHooks } from 'node:module';
import { answering } from './server.mjs';

registerHooks({
  resolve(specifier, context, next) {
    const isOwn = specifier.startsWith('./') && context.parentURL?.includes('/test/kurrentdb/');
    return next(isOwn ? specifier.replace(/\.js$/, '.ts') : specifier, context);
  },
});
const { startDouble } = await import('../kurrentdb/double.ts');
const double = await startDouble();

answering(async () => double.url);
