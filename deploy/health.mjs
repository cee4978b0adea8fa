// The health check of the image: whether the process in this container answers. Says why where it does not.
const url = `http://127.0.0.1:${process.env.ATTEST_PORT || 3000}/health/live`;
try {
  const { status } = await fetch(url, { signal: AbortSignal.timeout(3_000) });
  if (status !== 200) throw new Error(`it answers ${status}`);
} catch (fault) {
  process.stderr.write(`${url}: ${fault.cause?.message ?? fault.message}\n`);
  process.exitCode = 1;
}
