// Imported first by what needs a recent Node: says so in one line where npm could not install the pinned one.
const [major, minor] = process.versions.node.split('.').map(Number);
if (major < 24 || (major === 24 && minor < 9)) {
  console.error(
    `Attest needs Node 24.9 or later here, and this is ${process.version}: on Linux (glibc) and Windows npm ci brings it along for npm scripts (npm run ...); elsewhere, as on macOS, install it from https://nodejs.org.`,
  );
  process.exit(1);
}
