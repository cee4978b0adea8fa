import '#hosting/src/node-check.js';

const { runService } = await import('#hosting/src/service.js');
const { startReporter } = await import('./reporter.js');
await runService('reporter', startReporter);
