// Calls every method of a running service as a core that nobody here wrote: grpc-js, tokens from node:crypto, envelopes opened with @hpke/core.
// usage: node membership.mjs < {"target", "organization", "audience", "key" (PKCS #8, PEM), "kid", "posts" (address that lists recorded posts)}
// prints PASS or FAIL per case; exit status: how many failed
import { createPrivateKey } from 'node:crypto';
import { cases } from './membership-cases.mjs';
import { abuses } from './membership-abuse.mjs';

const limitMs = 30000;
let text = '';
for await (const chunk of process.stdin) {
  text += chunk;
}
const settings = JSON.parse(text);
const core = { ...settings, key: createPrivateKey(settings.key) };

let failed = 0;
for (const [name, run] of Object.entries({ ...cases(core), ...abuses(core) })) {
  let timer;
  const late = new Promise((_, reject) => { timer = setTimeout(() => reject(new Error(`no end after ${limitMs} ms`)), limitMs); });
  try {
    await Promise.race([run(), late]);
    console.log(`PASS ${name}`);
  } catch (error) {
    failed++;
    console.log(`FAIL ${name}: ${String(error.message).split('\n').slice(0, 4).join(' ')}`);
  } finally {
    clearTimeout(timer);
  }
}
process.exit(failed);
