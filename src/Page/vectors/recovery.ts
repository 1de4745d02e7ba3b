// A program for tests (node recovery.mjs make|read …): what the page writes eec must read, and the other way round. The secrets here are for tests only.
import { readFileSync } from 'node:fs';
import { sealBox } from '../src/keys/keyBox';
import { makeKeys } from '../src/keys/make';
import { readMemberFile, recordOf, writeMemberFile } from '../src/keys/memberFile';
import { idsOf } from '../src/keys/memberKeys';

const [verb, passphrase = '', path = ''] = process.argv.slice(2);

if (verb === 'make') {
  const made = await makeKeys(true);
  const [organization, member] = ['acme', 'alice'];
  const file = writeMemberFile({
    core: 'https://core.example',
    organization,
    member,
    coreId: 'core',
    trusted: null,
    groups: {},
    keys: await sealBox(made, passphrase, organization, member),
  });
  console.log(JSON.stringify({ file, keys: idsOf(made) }));
} else {
  const read = await readMemberFile(readFileSync(path, 'utf8'));
  const record = read.value ? await recordOf(read.value, passphrase) : null;
  const extractable = record && (record.keys.hpke.pair.privateKey.extractable || record.keys.signing.privateKey.extractable);
  console.log(
    JSON.stringify({
      error: read.error ?? null,
      keys: record && idsOf(record.keys),
      extractable,
      trusted: read.value?.trusted ?? null,
      groups: record?.groups ?? {},
    }),
  );
}
