// Starts the application and builds and starts it again whenever a source file changes.
import './node-check.mjs';
import { spawn } from 'node:child_process';

const node = (...args) => spawn(process.execPath, args, { stdio: 'inherit' });

await new Promise((built) => node('scripts/build.mjs').once('exit', (code) => (code ? process.exit(code) : built())));
const children = [node('scripts/build.mjs', '--watch'), node('--watch', 'dist/apps/attest/src/main.js', 'start')];
for (const signal of ['SIGINT', 'SIGTERM']) process.on(signal, () => children.forEach((child) => child.kill(signal)));
