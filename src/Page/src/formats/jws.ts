import { decode, encode } from './base64url';
import { type Bytes, sha256, utf8 } from './bytes';
import { maxIdLength } from './ids';
import { readSigningJwk, type SigningJwk, verify, writeSigningJwk } from './jwk';
import { type Parsed, parsed, wrong } from './parsed';
import { StrictJson } from './strictJson';

/** The `typ` of what a member reads or writes (envelope.md, section 1). */
export const types = {
  statement: 'eec-statement+jwt',
  identity: 'eec-identity+jwt',
  registration: 'eec-registration+jwt',
  call: 'eec-call+jwt',
  envelope: 'eec-envelope+jwe',
} as const;

const maxLength = 16_384;
const signatureSize = 64;

/** A compact JWS, ES256, as it was read: nothing about it is verified before `isBy`. */
export interface Jws {
  readonly compact: string;
  /** Thumbprint of the signer, as the header claims it. */
  readonly kid: string;
  /** The signer's key, in an identity certificate only. */
  readonly jwk: SigningJwk | null;
  readonly payload: Bytes;
  /** b64u of SHA-256 over `header.payload`. It never covers the signature, which is malleable. */
  readonly hash: string;
  readonly signingInput: Bytes;
  readonly signature: Bytes;
}

/** Reads a JWS of one type. The `typ` is looked at before anything else in the header. */
export async function parseJws(compact: string, typ: string): Promise<Parsed<Jws>> {
  if (compact.length > maxLength) {
    return wrong(`is no JWS of at most ${maxLength} characters`);
  }
  const parts = compact.split('.');
  const [header, payload, signature] = parts.map(decode);
  if (parts.length !== 3 || !header || !payload || signature?.length !== signatureSize) {
    return wrong('is not three parts of base64url with a signature of 64 bytes');
  }
  const read = await readHeader(header, typ);
  if (!read.value) {
    return wrong(`header ${read.error}`);
  }
  const signingInput = utf8(compact.slice(0, compact.lastIndexOf('.')));
  return parsed({ compact, ...read.value, payload, hash: encode(await sha256(signingInput)), signingInput, signature });
}

/** True if the key is the one that the header names and the signature is by it. */
export async function isBy(jws: Jws, key: SigningJwk): Promise<boolean> {
  return key.thumbprint === jws.kid && verify(key, jws.signingInput, jws.signature);
}

/** Signs claims that are JSON text in writing order. */
export async function signJws(typ: string, signer: SigningJwk, privateKey: CryptoKey, claims: string): Promise<string> {
  const jwk = typ === types.identity ? `,"jwk":${writeSigningJwk(signer)}` : '';
  const header = `{"alg":"ES256","typ":"${typ}","kid":"${signer.thumbprint}"${jwk}}`;
  const input = `${encode(utf8(header))}.${encode(utf8(claims))}`;
  const signature = await crypto.subtle.sign({ name: 'ECDSA', hash: 'SHA-256' }, privateKey, utf8(input));
  return `${input}.${encode(new Uint8Array(signature))}`;
}

async function readHeader(header: Bytes, typ: string): Promise<Parsed<Pick<Jws, 'kid' | 'jwk'>>> {
  const json = StrictJson.read(header);
  if (!json.value) {
    return wrong(json.error);
  }
  const members = json.value;
  if (members.text('typ', maxIdLength) !== typ) {
    return wrong(`'typ' must be ${typ}`);
  }
  members.check(members.text('alg', maxIdLength) === 'ES256', 'alg', 'must be ES256');
  const kid = members.digest('kid');
  const jwk = typ === types.identity ? await takeSigningKey(members, 'jwk') : null;
  const problem = members.finish();
  return problem === null ? parsed({ kid, jwk }) : wrong(problem);
}

/** Takes a nested signing key; a problem becomes the reader's. */
export async function takeSigningKey(json: StrictJson, name: string): Promise<SigningJwk | null> {
  const key = await readSigningJwk(json.nested(name));
  if (!key.value) {
    json.fail(name, key.error);
    return null;
  }
  return key.value;
}
