import { readFileSync } from 'node:fs';
import { afterEach, describe, expect, test, vi } from 'vitest';
import { sealBox } from '../src/keys/keyBox';
import { readMemberFile, recordOf, writeMemberFile } from '../src/keys/memberFile';
import type { MemberKeys } from '../src/keys/memberKeys';
import { VisitStore } from '../src/keys/store';
import { importPrivate } from '../src/keys/privateJwk';
import type { MemberRecord } from '../src/keys/record';
import { open } from '../src/open/opener';
import { openGroup } from '../src/open/openGroup';
import { olderEpochs, readOlder } from '../src/open/history';
import { parseStatement } from '../src/formats/statement';
import { knownAfter, newer } from '../src/trust/memory';

interface Vector {
  expect: { key: string };
  organization: string;
  group: string;
  member: string;
  hpke: object;
  signing: object;
  pinned: string;
  envelope: string;
  statements: string[];
  proof: string[];
  certificates: string[];
}

const vector = JSON.parse(
  readFileSync(new URL('../../../tests/Vectors/envelopes/opened-whole-chain.json', import.meta.url), 'utf8'),
) as Vector;
const id = 'https://core.example acme alice';

afterEach(() => vi.unstubAllGlobals());

async function member(): Promise<MemberRecord> {
  const keys = await importPrivate({ hpke: JSON.stringify(vector.hpke), sig: JSON.stringify(vector.signing) });
  if (!keys) {
    throw new Error('no keys');
  }
  return {
    id,
    core: 'https://core.example',
    organization: vector.organization,
    member: vector.member,
    coreId: 'core',
    trusted: vector.pinned,
    keys,
    groups: {},
    title: '',
  };
}

async function storeOf(record: MemberRecord): Promise<VisitStore> {
  const store = new VisitStore();
  await store.update(record.id, () => record);
  return store;
}

/** A core that answers with these pages, one after the other. */
function core(...pages: object[]): { paths: string[] } {
  const paths: string[] = [];
  vi.stubGlobal('fetch', async (url: string) => {
    paths.push(new URL(url).search);
    const page = {
      group: vector.group,
      displayName: 'Treasury',
      envelope: vector.envelope,
      statements: vector.statements,
      proof: vector.proof,
      certificates: vector.certificates,
      more: false,
      ...pages.shift(),
    };
    return new Response(JSON.stringify(page), { headers: { 'Content-Type': 'application/json' } });
  });
  return { paths };
}

describe('a group', () => {
  test('opens, and is remembered before the key is handed out', async () => {
    const store = await storeOf(await member());
    core({});
    const opening = (await openGroup(store, id, vector.group)).value;
    expect(opening?.result?.outcome === 'opened' && opening.result.key.reveal()).toBe(vector.expect.key);
    const known = (await store.read(id))?.groups[vector.group];
    expect(known?.revision).toBe(vector.statements.length);
    expect(known?.statements.at(-1)).toBe(vector.statements.at(-1));
  });

  test('that is remembered asks for what is new, and opens from the remembered head', async () => {
    const store = await storeOf(await member());
    const { paths } = core({}, { statements: [] });
    await openGroup(store, id, vector.group);
    const again = (await openGroup(store, id, vector.group)).value;
    expect(again?.result?.outcome).toBe('opened');
    expect(paths).toEqual(['?after=0', `?after=${vector.statements.length}`]);
  });

  test('that a core rolls back is forged, and what is remembered stays', async () => {
    const store = await storeOf(await member());
    core({}, { statements: vector.statements.slice(0, 1) });
    await openGroup(store, id, vector.group);
    const before = (await store.read(id))?.groups[vector.group];
    const again = (await openGroup(store, id, vector.group)).value;
    expect(again?.result).toMatchObject({ outcome: 'forged', reason: 'rolled-back' });
    expect((await store.read(id))?.groups[vector.group]).toEqual(before);
  });

  test('comes in pages', async () => {
    const store = await storeOf(await member());
    const { paths } = core({ statements: vector.statements.slice(0, 2), more: true }, { statements: vector.statements.slice(2) });
    expect((await openGroup(store, id, vector.group)).value?.result?.outcome).toBe('opened');
    expect(paths).toEqual(['?after=0', '?after=2']);
  });

  test('whose pages do not end is no group', async () => {
    const store = await storeOf(await member());
    core({ more: true }, { more: true });
    expect((await openGroup(store, id, vector.group)).problem?.title).toContain('do not come to an end');
  });

  test('without an envelope or a proof is none of the four outcomes', async () => {
    const store = await storeOf(await member());
    core({ envelope: undefined }, { proof: undefined });
    expect((await openGroup(store, id, vector.group)).value?.result).toBeNull();
    expect((await openGroup(store, id, vector.group)).value?.result).toBeNull();
  });

  test('of another name in the answer is no answer', async () => {
    const store = await storeOf(await member());
    core({ group: 'payroll' });
    expect((await openGroup(store, id, vector.group)).problem?.kind).toBe('not-understood');
  });

  test('without a trusted code is unverified, under another forged', async () => {
    const record = await member();
    core({}, {});
    expect((await openGroup(await storeOf({ ...record, trusted: null }), id, vector.group)).value?.result).toMatchObject({
      outcome: 'unverified',
      reason: 'nothing-pinned',
    });
    const other = record.keys.signing.jwk.thumbprint;
    expect((await openGroup(await storeOf({ ...record, trusted: other }), id, vector.group)).value?.result).toMatchObject({
      outcome: 'forged',
      reason: 'certificate-invalid',
    });
  });

  test('gives no key when what was verified cannot be stored', async () => {
    const store = await storeOf(await member());
    core({});
    vi.spyOn(store, 'update').mockRejectedValue(new Error('full'));
    await expect(openGroup(store, id, vector.group)).rejects.toThrow('full');
  });

  test('has older keys along its links, and no others', async () => {
    const store = await storeOf(await member());
    core({});
    const opening = (await openGroup(store, id, vector.group)).value;
    const { result } = opening ?? {};
    if (result?.outcome !== 'opened' || !opening) {
      throw new Error('not opened');
    }
    const epochs = olderEpochs(opening.statements);
    expect(epochs).toEqual([2, 1]);
    for (const epoch of epochs) {
      expect((await readOlder(result.key, opening.statements, epoch))?.reveal()).toHaveLength(43);
    }
    expect(await readOlder(result.key, opening.statements, 0)).toBeNull();
    expect(await readOlder(result.key, opening.statements, 3)).toBeNull();
    // A key that is not the committed one ends it.
    const swapped = opening.statements.map((statement) =>
      statement.epoch === 2 ? { ...statement, commitment: vector.pinned } : statement,
    );
    expect(await readOlder(result.key, swapped, 2)).toBeNull();
  });
});

describe('a recovery copy that somebody had a hand on', () => {
  const words = 'correct horse battery';

  /** The vector's keys as they were when their copy was made. */
  async function extractable(): Promise<MemberKeys> {
    const { keys } = await member();
    const own = (jwk: object): JsonWebKey => Object.fromEntries(Object.entries(jwk).filter(([name]) => name !== 'alg'));
    const privateKey = await crypto.subtle.importKey('jwk', own(vector.hpke), { name: 'X25519' }, true, ['deriveBits']);
    return {
      hpke: { jwk: keys.hpke.jwk, pair: { publicKey: keys.hpke.pair.publicKey, privateKey } },
      signing: {
        jwk: keys.signing.jwk,
        privateKey: await crypto.subtle.importKey('jwk', own(vector.signing), { name: 'ECDSA', namedCurve: 'P-256' }, true, ['sign']),
      },
    };
  }

  test('opens nothing by the trust that it names: the core there has all that fits to it', async () => {
    const before = await storeOf(await member());
    core({}, {}, {});
    await openGroup(before, id, vector.group);
    const { groups = {}, organization = '', member: name = '' } = (await before.read(id)) ?? {};
    const keys = await sealBox(await extractable(), words, organization, name);
    const text = writeMemberFile({ core: 'https://core.example', organization, member: name, coreId: 'core', trusted: vector.pinned, keys, groups });

    const file = (await readMemberFile(text)).value;
    const record = file ? await recordOf(file, words) : null;
    if (!record) {
      throw new Error('the copy does not open');
    }
    const store = await storeOf(record);
    expect((await openGroup(store, record.id, vector.group)).value?.result).toMatchObject({ outcome: 'unverified', reason: 'nothing-pinned' });
    // The memory came along, and the code, once a person has entered it, opens the same.
    expect((await store.read(record.id))?.groups).toEqual(groups);
    expect(Object.keys(groups)).toEqual([vector.group]);
    await store.update(record.id, (present) => ({ ...(present ?? record), trusted: vector.pinned }));
    core({ statements: [] });
    expect((await openGroup(store, record.id, vector.group)).value?.result?.outcome).toBe('opened');
  });
});

test('of each epoch the last statement is kept, and nothing goes back', async () => {
  const statements = (await Promise.all(vector.statements.map(parseStatement))).flatMap((statement) => statement.value ?? []);
  const memory = { revision: statements.length, hash: 'h', epoch: 3, generation: 2, suite: 'HPKE-4' } as const;
  const known = await knownAfter(memory, null, statements);
  const epochs = (await Promise.all(known.statements.map(parseStatement))).map((statement) => statement.value?.epoch);
  expect(epochs).toEqual([...new Set(epochs)]);
  expect(newer(known, { ...known, revision: 1 })).toBe(known);
  expect(newer(undefined, known)).toBe(known);
});

test('a weaker suite than one that was seen for the group is refused', async () => {
  const file = JSON.parse(readFileSync(new URL('../../../tests/Vectors/envelopes/opened-hpke-3.json', import.meta.url), 'utf8')) as Vector;
  const keys = await importPrivate({ hpke: JSON.stringify(file.hpke), sig: JSON.stringify(file.signing) });
  const head = (await parseStatement(file.statements.at(-1) ?? '')).value;
  if (!keys || !head) {
    throw new Error('no keys');
  }
  const memoryOf = (suite: 'HPKE-4' | 'HPKE-3') => ({
    revision: head.revision,
    hash: head.jws.hash,
    epoch: head.epoch,
    generation: 1,
    suite,
  });
  const statements = [head.jws.compact];
  expect(await open({ ...file, keys, statements, memory: memoryOf('HPKE-3') })).toMatchObject({
    outcome: 'opened',
    memory: { suite: 'HPKE-3' },
  });
  expect(await open({ ...file, keys, statements, memory: memoryOf('HPKE-4') })).toMatchObject({
    outcome: 'forged',
    reason: 'suite-downgraded',
  });
});

test('an identity older than one that was seen in another group signs nothing new; what is remembered goes on to open', async () => {
  const store = await storeOf(await member());
  core({}, {}, { statements: [] });
  expect((await openGroup(store, id, vector.group)).value?.result?.outcome).toBe('opened');
  const seen = (await store.read(id))?.groups[vector.group];
  if (!seen) {
    throw new Error('nothing is remembered');
  }
  // Another group came under the next generation; this one is as if it had never been seen.
  await store.update(id, (present) => (present && { ...present, groups: { other: { ...seen, generation: seen.generation + 1 } } }) as typeof present & object);
  const first = (await openGroup(store, id, vector.group)).value;
  expect(first?.result).toMatchObject({ outcome: 'forged', reason: 'rolled-back' });
  await store.update(id, (present) => (present && { ...present, groups: { other: { ...seen, generation: seen.generation + 1 }, [vector.group]: seen } }) as typeof present & object);
  expect((await openGroup(store, id, vector.group)).value?.result?.outcome).toBe('opened');
});
