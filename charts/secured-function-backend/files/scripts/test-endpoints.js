// Run by `helm test`: whether a replica is ready and tells its metrics.
const { READINESS_URL, METRICS_URL } = process.env;

async function read(url) {
  const response = await fetch(url, { signal: AbortSignal.timeout(10_000) });
  const text = await response.text();
  if (response.status !== 200) throw new Error(`${url} answered ${response.status}: ${text}`);
  return text;
}

console.log(await read(READINESS_URL));
const metrics = await read(METRICS_URL);
if (!metrics.includes("controller_runtime_")) {
  throw new Error(`${METRICS_URL} tells nothing of the controller`);
}
console.log("The controller is ready and tells its metrics.");
