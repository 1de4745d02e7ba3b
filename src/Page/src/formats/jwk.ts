import { encode } from './base64url';
import { type Bytes, concat, sha256, utf8 } from './bytes';
import { type Parsed, parsed, wrong } from './parsed';
import { isP256, isX25519 } from './points';
import { StrictJson } from './strictJson';
import { findSuite, type Suite } from './suites';

const maxLength = 2_048;
const privateMembers = ['d', 'k', 'p', 'q', 'dp', 'dq', 'qi', 'oth', 'priv'];

/** A member's public HPKE key, bound to one suite by its `alg` (envelope.md, section 2). Always a valid point. */
export interface HpkeJwk {
  readonly suite: Suite;
  /** 32 bytes, or 65 uncompressed. */
  readonly point: Bytes;
  readonly thumbprint: string;
}

/** A public ES256 key. Always a point on P-256. */
export interface SigningJwk {
  readonly point: Bytes;
  readonly thumbprint: string;
}

/** What names a member's two keys. */
export interface KeyIds {
  readonly hpke: string;
  readonly alg: Suite['name'];
  readonly sig: string;
}

export const sameKeys = (a: KeyIds, b: KeyIds): boolean => a.hpke === b.hpke && a.alg === b.alg && a.sig === b.sig;

/** RFC 7638 over re-encoded values: required members in lexical order, no white space. */
export async function thumbprintOf(curve: Suite['curve'], point: Bytes): Promise<string> {
  const json =
    curve === 'X25519'
      ? `{"crv":"X25519","kty":"OKP","x":"${encode(point)}"}`
      : `{"crv":"P-256","kty":"EC","x":"${encode(point.subarray(1, 33))}","y":"${encode(point.subarray(33))}"}`;
  return encode(await sha256(utf8(json)));
}

/** The JWK in writing order. */
function writeJwk(curve: Suite['curve'], point: Bytes, alg: string): string {
  return curve === 'X25519'
    ? `{"kty":"OKP","crv":"X25519","x":"${encode(point)}","alg":"${alg}"}`
    : `{"kty":"EC","crv":"P-256","x":"${encode(point.subarray(1, 33))}","y":"${encode(point.subarray(33))}","alg":"${alg}"}`;
}

export const writeHpkeJwk = (key: HpkeJwk): string => writeJwk(key.suite.curve, key.point, key.suite.name);
export const writeSigningJwk = (key: SigningJwk): string => writeJwk('P-256', key.point, 'ES256');

/** Takes raw public bytes, and checks them. */
export async function hpkeJwkOf(suite: Suite, point: Bytes): Promise<HpkeJwk | null> {
  const valid = suite.curve === 'X25519' ? isX25519(point) : isP256(point);
  return valid ? { suite, point, thumbprint: await thumbprintOf(suite.curve, point) } : null;
}

export async function signingJwkOf(point: Bytes): Promise<SigningJwk | null> {
  return isP256(point) ? { point, thumbprint: await thumbprintOf('P-256', point) } : null;
}

/** Reads a public HPKE key from JSON text. */
export async function parseHpkeJwk(text: string): Promise<Parsed<HpkeJwk>> {
  const json = text.length > maxLength ? wrong<StrictJson>('has more than 2048 characters') : StrictJson.read(text);
  return json.value ? readHpkeJwk(json.value) : wrong(`the key ${json.error}`);
}

/** Reads a public HPKE key from an object that was read already. Problems are this function's, not the reader's. */
export async function readHpkeJwk(json: StrictJson): Promise<Parsed<HpkeJwk>> {
  const refused = refusePrivate(json);
  const suite = refused === null ? findSuite(json.text('alg')) : null;
  if (suite === null) {
    return wrong(refused ?? "'alg' is none of HPKE-4, HPKE-7, HPKE-3, HPKE-0");
  }
  const point = await takePoint(json, suite.curve, 'enc');
  const key = point.value ? await hpkeJwkOf(suite, point.value) : null;
  return key ? parsed(key) : wrong(point.error ?? 'the key is no valid point: low order, out of range, or not on the curve');
}

/** Reads a public signing key from an object that was read already. */
export async function readSigningJwk(json: StrictJson): Promise<Parsed<SigningJwk>> {
  const refused = refusePrivate(json);
  if (refused !== null || json.text('alg') !== 'ES256') {
    return wrong(refused ?? "'alg' is not ES256");
  }
  const point = await takePoint(json, 'P-256', 'sig');
  const key = point.value ? await signingJwkOf(point.value) : null;
  return key ? parsed(key) : wrong(point.error ?? 'the key is no point on P-256');
}

function refusePrivate(json: StrictJson): string | null {
  return privateMembers.some((name) => json.has(name)) ? 'the key is a private key; only public keys belong here' : null;
}

async function takePoint(json: StrictJson, curve: Suite['curve'], use: string): Promise<Parsed<Bytes>> {
  exactly(json, 'kty', curve === 'X25519' ? 'OKP' : 'EC');
  exactly(json, 'crv', curve);
  const x = json.bytes('x', 32);
  const point = curve === 'X25519' ? x : concat(Uint8Array.of(4), x, json.bytes('y', 32));
  if (json.has('use')) {
    exactly(json, 'use', use);
  }
  if (json.has('kid')) {
    exactly(json, 'kid', await thumbprintOf(curve, point));
  }
  const problem = json.finish();
  return problem === null ? parsed(point) : wrong(problem);
}

function exactly(json: StrictJson, name: string, expected: string): void {
  json.check(json.text(name) === expected, name, `must be ${expected}`);
}

const verifiers = new Map<string, Promise<CryptoKey>>();

/** True if the signature (64 bytes, r and s) over the data is by this key. */
export async function verify(key: SigningJwk, data: Bytes, signature: Bytes): Promise<boolean> {
  let imported = verifiers.get(key.thumbprint);
  if (imported === undefined) {
    imported = crypto.subtle.importKey('raw', key.point, { name: 'ECDSA', namedCurve: 'P-256' }, false, ['verify']);
    verifiers.set(key.thumbprint, imported);
  }
  return crypto.subtle.verify({ name: 'ECDSA', hash: 'SHA-256' }, await imported, signature, data);
}

/** Reads a public signing key from JSON text. */
export async function parseSigningJwk(text: string): Promise<Parsed<SigningJwk>> {
  const json = text.length > maxLength ? wrong<StrictJson>('has more than 2048 characters') : StrictJson.read(text);
  return json.value ? readSigningJwk(json.value) : wrong(`the key ${json.error}`);
}
