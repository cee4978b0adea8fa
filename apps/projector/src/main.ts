import '#hosting/src/node-check.js';

const { runService } = await import('#hosting/src/service.js');
const { startProjector } = await import('./projector.js');
await runService('projector', startProjector);
