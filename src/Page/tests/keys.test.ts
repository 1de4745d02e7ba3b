import { afterEach, describe, expect, test, vi } from 'vitest';
import { isBy, parseJws, types } from '../src/formats/jws';
import { register, authorize } from '../src/calls/words';
import { StrictJson } from '../src/formats/strictJson';
import { openBox, sealBox, whyNotPassphrase, writeBox, readBox } from '../src/keys/keyBox';
import { makeKeys, whyNoKeys } from '../src/keys/make';
import { readMemberFile, recordOf, writeMemberFile } from '../src/keys/memberFile';
import { idsOf } from '../src/keys/memberKeys';
import { exportPrivate, importPrivate } from '../src/keys/privateJwk';
import { openStore, VisitStore } from '../src/keys/store';

const words = 'correct horse battery';

afterEach(() => vi.unstubAllGlobals());

describe('keys', () => {
  test('are not extractable unless a copy is wanted', async () => {
    const keys = await makeKeys(false);
    await expect(exportPrivate(keys)).rejects.toThrow();
    await expect(crypto.subtle.exportKey('jwk', keys.signing.privateKey)).rejects.toThrow();
    await expect(crypto.subtle.exportKey('pkcs8', keys.hpke.pair.privateKey)).rejects.toThrow();
  });

  test('come back from a sealed copy, not extractable', async () => {
    const made = await makeKeys(true);
    const box = await sealBox(made, words, 'acme', 'alice');
    const again = await openBox(box, words, 'acme', 'alice');
    expect(again && idsOf(again)).toEqual(idsOf(made));
    expect(again?.hpke.pair.privateKey.extractable).toBe(false);
    expect(again?.signing.privateKey.extractable).toBe(false);
    expect(await openBox(box, `${words}!`, 'acme', 'alice')).toBeNull();
    expect(await openBox(box, words, 'acme', 'bob')).toBeNull();
    expect(await openBox(box, words, 'other', 'alice')).toBeNull();
  });

  test('whose halves do not belong together are none', async () => {
    const [one, two] = await Promise.all([makeKeys(true), makeKeys(true)]);
    const [a, b] = await Promise.all([exportPrivate(one), exportPrivate(two)]);
    const swap = (from: string, d: string): string => from.replace(/"d":"[^"]*"/, /"d":"[^"]*"/.exec(d)?.[0] ?? '');
    expect(await importPrivate(a)).not.toBeNull();
    expect(await importPrivate({ hpke: swap(a.hpke, b.hpke), sig: a.sig })).toBeNull();
    expect(await importPrivate({ hpke: a.hpke, sig: swap(a.sig, b.sig) })).toBeNull();
  });

  test('a passphrase is composed, long enough, and text', () => {
    expect(whyNotPassphrase('short')).toContain('at least 12');
    expect(whyNotPassphrase('x'.repeat(1_025))).toContain('at most');
    expect(whyNotPassphrase(`${'x'.repeat(12)}\ud800`)).toContain('no valid text');
    expect(whyNotPassphrase(words)).toBeNull();
  });

  test('a composed and a decomposed passphrase are the same', async () => {
    const box = await sealBox(await makeKeys(true), 'pässword pässword', 'acme', 'alice');
    expect(await openBox(box, 'pässword pässword'.normalize('NFD'), 'acme', 'alice')).not.toBeNull();
  });

  test.each([
    ['iterations', 99_999],
    ['iterations', 10_000_001],
    ['kdf', 'PBKDF2-HMAC-SHA256'],
    ['enc', 'A128GCM'],
    ['salt', 'AAAA'],
    ['more', 1],
  ])('a box with another %s (%s) is refused', async (name, value) => {
    const box = writeBox(await sealBox(await makeKeys(true), words, 'acme', 'alice'));
    const read = StrictJson.read(JSON.stringify({ ...box, [name]: value })).value;
    if (read) {
      readBox(read);
    }
    expect(read?.finish()).toContain(name);
  });

  test('nothing is missing where they can be made', async () => {
    expect(await whyNoKeys()).toBe('insecure'); // Node is no secure context: it knows none.
    Object.assign(globalThis, { isSecureContext: true });
    expect(await whyNoKeys()).toBeNull();
  });
});

describe('the file', () => {
  const file = async () => ({
    core: 'https://core.example',
    organization: 'acme',
    member: 'alice',
    coreId: 'core',
    trusted: null,
    groups: {},
    keys: await sealBox(await makeKeys(true), words, 'acme', 'alice'),
  });

  test('comes back', async () => {
    const read = await readMemberFile(writeMemberFile(await file()));
    expect(read.error).toBeUndefined();
    const record = read.value ? await recordOf(read.value, words) : null;
    expect(record?.id).toBe('https://core.example acme alice');
    expect(read.value && (await recordOf(read.value, 'another passphrase'))).toBeNull();
  });

  test('brings what it remembers, and never what it trusts', async () => {
    const trusted = 'A'.repeat(43);
    const read = await readMemberFile(writeMemberFile({ ...(await file()), trusted }));
    expect(read.value?.trusted).toBe(trusted);
    expect(read.value && (await recordOf(read.value, words))?.trusted).toBeNull();
  });

  test.each([
    [{ version: 2 }, "'version'"],
    [{ core: 'http://core.example' }, "'core'"],
    [{ organization: '..' }, "'organization'"],
    [{ newKeys: {} }, 'rotate-key'],
    [{ extra: 1 }, "'extra' is unknown"],
    [
      {
        groups: {
          g1: {
            revision: 1,
            hash: 'AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA',
            epoch: 1,
            generation: 1,
            suite: 'HPKE-4',
            statements: ['x'],
          },
        },
      },
      'remembers of a group is malformed',
    ],
    [
      {
        groups: {
          g1: {
            revision: 1,
            hash: 'AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA',
            epoch: 1,
            generation: 1,
            suite: 'HPKE-4',
            statements: [],
          },
        },
      },
      'does not fit together',
    ],
  ])('with %j is refused', async (change, problem) => {
    const text = JSON.stringify({ ...(JSON.parse(writeMemberFile(await file())) as object), ...change });
    expect((await readMemberFile(text)).error).toContain(problem);
  });
});

describe('the words of a member', () => {
  test('a registration names both keys and is by the signing key', async () => {
    const keys = await makeKeys(false);
    const jws = (await parseJws(await register({ organization: 'acme', member: 'alice', coreId: 'core', keys }), types.registration)).value;
    expect(jws && (await isBy(jws, keys.signing.jwk))).toBe(true);
    const claims = JSON.parse(new TextDecoder().decode(jws?.payload)) as Record<string, number>;
    expect(Object.keys(claims)).toEqual(['org', 'mem', 'aud', 'hpke', 'sig', 'iat', 'exp', 'jti']);
    expect((claims['exp'] ?? 0) - (claims['iat'] ?? 0)).toBe(300);
  });

  test('a token is bound to method, path, query and body', async () => {
    const keys = await makeKeys(false);
    const call = await authorize(
      { method: 'GET', path: '/member/v1/groups/g1?after=7', body: '', bearer: null },
      { organization: 'acme', member: 'alice', coreId: 'core', keys },
    );
    const jws = (await parseJws(call.bearer ?? '', types.call)).value;
    const claims = JSON.parse(new TextDecoder().decode(jws?.payload)) as Record<string, string>;
    expect(claims['method']).toBe('GET /member/v1/groups/g1?after=7');
    expect(claims['req']).toBe('47DEQpj8HBSa-_TImW-5JCeuQeRkm5NMpJWZG3hSuFU');
    expect((await parseJws(call.bearer ?? '', types.registration)).error).toBe("header 'typ' must be eec-registration+jwt");
  });
});

test('a store for this visit keeps for this visit', async () => {
  const store = new VisitStore();
  const keys = await makeKeys(false);
  const record = {
    id: 'x',
    core: 'https://core.example',
    organization: 'acme',
    member: 'alice',
    coreId: 'core',
    trusted: null,
    keys,
    groups: {},
    title: '',
  };
  await store.update('x', (present) => present ?? record);
  await store.update('x', (present) => ({ ...(present ?? record), trusted: 't' }));
  expect((await store.read('x'))?.trusted).toBe('t');
  await store.remove('x');
  expect(await store.list()).toEqual([]);
});

describe('a page from disk', () => {
  const storage = (deleteDatabase: (name: string) => unknown): { opened: string[] } => {
    const opened: string[] = [];
    const open = (name: string): never => {
      opened.push(name);
      throw new Error('opened');
    };
    vi.stubGlobal('indexedDB', { open, deleteDatabase });
    return { opened };
  };

  test.each(['file:', 'content:', 'blob:'])('(%s) stores nothing, deletes what is left, and does not wait for it', async (protocol) => {
    const deleted: string[] = [];
    // No event ever comes: another tab blocks it.
    const { opened } = storage((name) => deleted.push(name));
    expect((await openStore(protocol)).kind).toBe('disk');
    expect(deleted).toEqual(['encryption-service']);
    expect(opened).toEqual([]);
  });

  test('works where there is no storage at all', async () => {
    storage(() => {
      throw new Error('denied');
    });
    expect((await openStore('file:')).kind).toBe('disk');
    vi.stubGlobal('indexedDB', undefined);
    expect((await openStore('file:')).kind).toBe('disk');
  });

  test.each(['https:', 'http:'])('is none that comes over %s: there the storage is asked, and nothing deleted', async (protocol) => {
    const deleted: string[] = [];
    const { opened } = storage((name) => deleted.push(name));
    expect((await openStore(protocol)).kind).toBe('visit');
    expect(opened).toEqual(['encryption-service']);
    expect(deleted).toEqual([]);
  });
});
