import '#hosting/src/node-check.js';

const { runService } = await import('#hosting/src/service.js');
const { startRecorder } = await import('./recorder.js');
await runService('recorder', startRecorder);
