/** Ends where Node is too old: to be loaded before what an older one cannot load. */
const [major = 0, minor = 0] = process.versions.node.split('.').map(Number);
if (major < 24 || (major === 24 && minor < 9)) {
  process.stderr.write(`Attest needs Node 24.9 or later; this is ${process.versions.node}.\n`);
  process.exit(1);
}

export {};
