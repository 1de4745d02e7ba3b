import { describe, expect, test } from 'vitest';
import { decode, decodeExactly, encode } from '../src/formats/base64url';
import { utf8 } from '../src/formats/bytes';
import { isId } from '../src/formats/ids';
import { parseHpkeJwk, parseSigningJwk } from '../src/formats/jwk';
import { formatCode, parseCode } from '../src/formats/organizationCode';
import { isP256, isX25519 } from '../src/formats/points';
import { StrictJson } from '../src/formats/strictJson';

describe('base64url has one text for each value', () => {
  test.each([0, 1, 2, 3, 31, 32, 33, 255])('%i bytes come back', (length) => {
    const bytes = crypto.getRandomValues(new Uint8Array(length));
    expect(encode(bytes)).toBe(Buffer.from(bytes).toString('base64url'));
    expect(decode(encode(bytes))).toEqual(bytes);
  });

  test.each(['A', 'AA=', 'AA==', 'AB', 'AAB', 'A A', 'AA\n', 'A+', 'A/', 'AAAAA', 'ÄA'])('%j is none', (text) => {
    expect(decode(text)).toBeNull();
  });

  test('a length that was asked for is kept to', () => {
    expect(decodeExactly(encode(new Uint8Array(32)), 32)).toHaveLength(32);
    expect(decodeExactly(encode(new Uint8Array(33)), 32)).toBeNull();
  });
});

describe('what is no strict JSON object is refused', () => {
  const deep = (levels: number): string => `{"a":${'['.repeat(levels - 1)}${']'.repeat(levels - 1)}}`;

  test.each([
    '',
    '[]',
    '"a"',
    '1',
    'null',
    '{',
    '{}x',
    '{} {}',
    '{"a":1,}',
    "{'a':1}",
    '{"a":1,"a":2}',
    '{"a":1,"\\u0061":2}',
    '{"a":01}',
    '{"a":+1}',
    '{"a":.5}',
    '{"a":1.}',
    '{"a":NaN}',
    '{"a":"\n"}',
    '{"a":"\\x"}',
    '{"a":"\\u12"}',
    '{"a" 1}',
    '{"a":tru}',
    '/**/{}',
    '{"\\ud800":1}',
    '\ufeff{}',
    deep(9),
    '\u00a0{}',
  ])('%j', (text) => {
    expect(StrictJson.read(utf8(text)).error).toBe('is no JSON object, or has duplicate members');
  });

  test('bytes that are no UTF-8', () => {
    expect(StrictJson.read(Uint8Array.of(0x7b, 0x22, 0xff, 0x22, 0x3a, 0x31, 0x7d)).value).toBeUndefined();
  });

  test.each(['{}', ' {} ', '{"a":{"b":[1,-2.5e3,"\\u00e4\\n",true,false,null]}}', deep(8), '{"a":"\\ud83d\\ude00"}'])(
    '%j is one',
    (text) => {
      expect(StrictJson.read(text).error).toBeUndefined();
    },
  );

  test.each(['1.0', '1e3', '-0', '-1', '9007199254740992', '"1"', 'true'])('%s is no number of ours', (text) => {
    const json = StrictJson.read(`{"a":${text}}`).value;
    json?.number('a');
    expect(json?.finish()).toMatch(/^'a' must be/);
  });

  test('the largest number is one', () => {
    const json = StrictJson.read('{"a":9007199254740991}').value;
    expect(json?.number('a')).toBe(Number.MAX_SAFE_INTEGER);
    expect(json?.finish()).toBeNull();
  });

  test('unknown, missing and lone surrogates are told', () => {
    const json = StrictJson.read('{"a":"\\ud800","b":1}').value;
    json?.text('a');
    expect(json?.finish()).toBe("'a' must be text of 1 to 2048 characters");
    const other = StrictJson.read('{"b":1}').value;
    expect(other?.finish()).toBe("'b' is unknown");
    const garbled = StrictJson.read('{"\\u001b[2J":1}').value;
    expect(garbled?.finish()).toBe("'?' is unknown");
  });
});

test.each(['.', '..', '...', '', 'a b', 'a/b', 'ä', 'a'.repeat(65)])('%j is no id', (text) => expect(isId(text)).toBe(false));
test.each(['a', '.a', 'A-z_0.9', 'a'.repeat(64)])('%j is an id', (text) => expect(isId(text)).toBe(true));

describe('keys', () => {
  const point = 'uG5aogvdkyWqU-Hnari7JDnZOOJNEMJ4doljhVizHRY';

  test('a private key is told so', async () => {
    expect((await parseHpkeJwk(`{"kty":"OKP","crv":"X25519","x":"${point}","d":"${point}","alg":"HPKE-4"}`)).error).toContain(
      'is a private key',
    );
  });

  test.each([
    ['{"kty":"OKP","crv":"X25519","x":"POINT","alg":"HPKE-7"}', "'kty' must be EC"],
    ['{"kty":"OKP","crv":"X25519","x":"POINT","alg":"HPKE-9"}', "'alg' is none of"],
    ['{"kty":"OKP","crv":"X25519","x":"POINT","alg":"HPKE-4","use":"sig"}', "'use' must be enc"],
    ['{"kty":"OKP","crv":"X25519","x":"POINT","alg":"HPKE-4","kid":"POINT"}', "'kid' must be"],
    ['{"kty":"OKP","crv":"X25519","x":"POINT","alg":"HPKE-4","ext":true}', "'ext' is unknown"],
    [`{"kty":"OKP","crv":"X25519","x":"${'A'.repeat(43)}","alg":"HPKE-4"}`, 'no valid point'],
  ])('%s', async (text, problem) => {
    expect((await parseHpkeJwk(text.replaceAll('POINT', point))).error).toContain(problem);
  });

  test('a point off the curve is no key', async () => {
    const key = `{"kty":"EC","crv":"P-256","x":"${point}","y":"${point}","alg":"ES256"}`;
    expect((await parseSigningJwk(key)).error).toBe('the key is no point on P-256');
    expect(isP256(new Uint8Array(65))).toBe(false);
  });

  const low = [
    'e0eb7a7c3b41b8ae1656e3faf19fc46ada098deb9c32b1fd866205165f49b800',
    '5f9c95bca3508c24b1d0b1559c83ef5b04445cc4581c8e86d8224eddd09f1157',
    'ecffffffffffffffffffffffffffffffffffffffffffffffffffffffffffff7f',
    'edffffffffffffffffffffffffffffffffffffffffffffffffffffffffffff7f',
    'eeffffffffffffffffffffffffffffffffffffffffffffffffffffffffffff7f',
    '0900000000000000000000000000000000000000000000000000000000000080',
    '00'.repeat(32),
    `01${'00'.repeat(31)}`,
  ];
  test.each(low)('%s is no X25519 key', (hex) => expect(isX25519(Buffer.from(hex, 'hex'))).toBe(false));
  test('the base point is one', () => expect(isX25519(Buffer.from(`09${'00'.repeat(31)}`, 'hex'))).toBe(true));
});

test('the organization code comes back, and typing errors are found', async () => {
  const thumbprint = encode(new Uint8Array(32).fill(7));
  const code = await formatCode(thumbprint);
  expect(code).toMatch(/^eec1-.{43}-.{4}$/);
  expect((await parseCode(code)).value).toBe(thumbprint);
  expect((await parseCode(code.replace('B', 'C'))).error).toContain('typing error');
  expect((await parseCode(` ${code}`)).error).toContain('is no organization code');
});
