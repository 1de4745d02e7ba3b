// Runs the gRPC interoperability cases against a server of interop.proto, with a client that nobody here wrote.
// usage: node grpc-interop.mjs host:port [case ...]      prints PASS or FAIL per case; exit status: how many failed
import { cases as published } from './grpc-cases.mjs';
import { cases as onTheWire } from './grpc-wire-cases.mjs';

const limitMs = 20000;
const [target, ...only] = process.argv.slice(2);
if (!target) {
  console.error('usage: node grpc-interop.mjs host:port [case ...]');
  process.exit(64);
}

async function within(limit, work) {
  let timer;
  const late = new Promise((_, reject) => { timer = setTimeout(() => reject(new Error(`no end after ${limit} ms`)), limit); });
  try {
    await Promise.race([work, late]);
  } finally {
    clearTimeout(timer);
  }
}

let failed = 0;
for (const [name, run] of Object.entries({ ...published(target), ...onTheWire(target) })) {
  if (only.length > 0 && !only.includes(name)) {
    continue;
  }
  const start = Date.now();
  try {
    await within(limitMs, run());
    console.log(`PASS ${name} ${Date.now() - start} ms`);
  } catch (error) {
    failed++;
    console.log(`FAIL ${name}: ${String(error.message).split('\n')[0]}`);
  }
}
process.exit(failed);
