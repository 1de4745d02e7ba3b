import type { Bytes } from '../formats/bytes';
import { hpkeJwkOf, signingJwkOf } from '../formats/jwk';
import { hpke4 } from '../formats/suites';
import type { MemberKeys } from './memberKeys';

const x25519 = { name: 'X25519' };
const es256 = { name: 'ECDSA', namedCurve: 'P-256' };

/** What keeps this browser from having keys; null: nothing. */
export async function whyNoKeys(): Promise<'insecure' | 'no-x25519' | null> {
  if (!globalThis.isSecureContext || globalThis.crypto.subtle === undefined) {
    return 'insecure';
  }
  try {
    await crypto.subtle.generateKey(x25519, false, ['deriveBits']);
    return null;
  } catch {
    return 'no-x25519';
  }
}

/** New keys: X25519 for HPKE-4, and ES256. Extractable only for as long as it takes to seal a recovery copy. */
export async function makeKeys(extractable: boolean): Promise<MemberKeys> {
  const hpke = (await crypto.subtle.generateKey(x25519, extractable, ['deriveBits'])) as CryptoKeyPair;
  const signing = await crypto.subtle.generateKey(es256, extractable, ['sign', 'verify']);
  return keysOf(hpke, signing);
}

async function keysOf(hpke: CryptoKeyPair, signing: CryptoKeyPair): Promise<MemberKeys> {
  const hpkeJwk = await hpkeJwkOf(hpke4, await publicBytes(hpke.publicKey));
  const signingJwk = await signingJwkOf(await publicBytes(signing.publicKey));
  if (hpkeJwk === null || signingJwk === null) {
    throw new Error('The browser made a key that is none.');
  }
  return { hpke: { jwk: hpkeJwk, pair: hpke }, signing: { jwk: signingJwk, privateKey: signing.privateKey } };
}

async function publicBytes(key: CryptoKey): Promise<Bytes> {
  return new Uint8Array(await crypto.subtle.exportKey('raw', key));
}
