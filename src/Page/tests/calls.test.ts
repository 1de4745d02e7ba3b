import { afterEach, describe, expect, test, vi } from 'vitest';
import { type GroupPage, readGroups, readInvitation, readMe, readPage } from '../src/calls/answers';
import { parseAddress } from '../src/calls/coreAddress';
import { send } from '../src/calls/coreClient';
import { clean } from '../src/calls/foreignText';
import { parseInvitation } from '../src/calls/invitationLink';
import { look } from '../src/calls/memberClient';
import { StrictJson } from '../src/formats/strictJson';

const token = 'A'.repeat(43);
const call = { method: 'GET', path: '/member/v1/me', body: '', bearer: 'a.b.c' } as const;

afterEach(() => vi.unstubAllGlobals());

function answers(status: number, media: string, body: string): ReturnType<typeof vi.fn> {
  const fetched = vi.fn(async () => new Response(body, { status, headers: { 'Content-Type': media } }));
  vi.stubGlobal('fetch', fetched);
  return fetched;
}

describe('an invitation', () => {
  test.each([
    [`https://core.example/join#${token}`, 'https://core.example'],
    [`https://core.example:8443/join#${token}`, 'https://core.example:8443'],
    [` http://localhost:5000/join#${token}\n`, 'http://localhost:5000'],
    [`http://127.0.0.1:5000/join#${token}`, 'http://127.0.0.1:5000'],
    [`http://[::1]:5000/join#${token}`, 'http://[::1]:5000'],
  ])('%s', (text, core) => expect(parseInvitation(text).value).toEqual({ core, token }));

  test.each([
    '',
    'x',
    `http://core.example/join#${token}`,
    `http://localhost.example/join#${token}`,
    `ftp://core.example/join#${token}`,
    `https://me@core.example/join#${token}`,
    `https://core.example/join?x=1#${token}`,
    `https://core.example/join/#${token}`,
    'https://core.example/join',
    `https://core.example/join#${token}A`,
    `javascript:alert(1)//join#${token}`,
  ])('%j is none, and the error does not repeat it', (text) => {
    const { error } = parseInvitation(text);
    expect(error).toBeTruthy();
    expect(error).not.toContain(token);
  });

  test.each(['https://core.example/path', 'https://core.example/?x', 'https://core.example/#x', 'file:///etc'])(
    '%s is no address of a core',
    (text) => expect(parseAddress(text).error).toBeTruthy(),
  );
});

describe('a call', () => {
  test('has neither cookies nor redirects, and its token', async () => {
    const fetched = answers(200, 'application/json', '{}');
    await send('https://core.example', call, () => 1);
    expect(fetched).toHaveBeenCalledWith(
      'https://core.example/member/v1/me',
      expect.objectContaining({
        method: 'GET',
        credentials: 'omit',
        redirect: 'manual',
        cache: 'no-store',
        referrerPolicy: 'no-referrer',
        headers: { Accept: 'application/json', Authorization: 'Bearer a.b.c' },
      }),
    );
  });

  test('the invitation token travels in the body only', async () => {
    const fetched = answers(
      404,
      'application/problem+json',
      '{"type":"urn:encryption-service:invitation-unknown","title":"No.","detail":"Ask."}',
    );
    const answer = await look({ core: 'https://core.example', token });
    const [url, init] = fetched.mock.calls[0] as [string, RequestInit];
    expect(url).toBe('https://core.example/member/v1/invitations');
    expect(init.body).toBe(`{"token":"${token}"}`);
    expect(answer.problem).toEqual({ kind: 'refused', status: 404, type: 'invitation-unknown', title: 'No.', detail: 'Ask.' });
  });

  test.each([
    [200, 'text/html', '<p>', 'not-understood'],
    [204, 'application/json', '', 'not-understood'],
    [200, 'application/json', '{"x":1}', 'not-understood'],
    [200, 'application/json', '{', 'not-understood'],
    [500, 'text/plain', 'oops', 'unreachable'],
    [429, 'application/problem+json', '{"title":"Wait."}', 'unreachable'],
    [401, 'application/problem+json', '[]', 'refused'],
    [200, 'application/json', `{"a":"${'x'.repeat(1_048_576)}"}`, 'not-understood'],
  ])('%i %s is %s', async (status, media, body, kind) => {
    vi.stubGlobal('fetch', async () => new Response(status === 204 ? null : body, { status, headers: { 'Content-Type': media } }));
    expect((await send('https://core.example', call, () => 1)).problem?.kind).toBe(kind);
  });

  test('a core that is not there is told so', async () => {
    vi.stubGlobal('fetch', async () => {
      throw new TypeError('fetch failed');
    });
    expect((await send('https://core.example', call, () => 1)).problem?.title).toBe('The core at core.example cannot be reached.');
  });
});

describe('answers', () => {
  const digest = token;
  const read = <T>(text: string, reader: (json: StrictJson) => T): { value: T | undefined; problem: string | null | undefined } => {
    const json = StrictJson.read(text).value;
    return { value: json && reader(json), problem: json?.finish() };
  };
  const who = '"organization":"acme","organizationName":"Acme","member":"m1","userName":"alice","core":"core"';

  test('are read', () => {
    expect(read(`{${who},"accepted":false}`, readInvitation).problem).toBeNull();
    expect(
      read(`{${who},"keys":{"hpke":"${digest}","alg":"HPKE-4","sig":"${digest}"},"counter":1,"pinned":true}`, readMe).problem,
    ).toBeNull();
    expect(read('{"groups":[{"group":"g1","displayName":"Sales","epoch":1,"revision":2,"envelope":true}]}', readGroups).value).toHaveLength(
      1,
    );
    const page = read<GroupPage>(
      `{"group":"g1","displayName":"S","envelope":"e","statements":["s"],"proof":["${digest}"],"certificates":[],"more":false}`,
      readPage,
    );
    expect(page.problem).toBeNull();
    expect(page.value?.proof).toEqual([digest]);
    expect(read('{"group":"g1","displayName":"S","statements":[],"certificates":[],"more":false}', readPage).value?.envelope).toBeNull();
  });

  test.each([
    `{${who},"accepted":"no"}`,
    `{${who}}`,
    `{${who},"accepted":true,"extra":1}`,
    `{${who.replace('acme', '..')},"accepted":true}`,
  ])('of another shape are refused: %s', (text) => expect(read(text, readInvitation).problem).toBeTruthy());

  test('a proof of what is no hash is refused', () => {
    expect(
      read('{"group":"g1","displayName":"S","statements":[],"proof":["x"],"certificates":[],"more":false}', readPage).problem,
    ).toContain('proof');
  });

  test('names are one clean line', () => {
    expect(clean('a\nb\u202ec\u0000\u2028d\u200b')).toBe('a?b?c??d?');
    expect(clean('é 名前 😀')).toBe('é 名前 😀');
    expect([...clean('x'.repeat(1_000))].length).toBe(301);
  });
});
