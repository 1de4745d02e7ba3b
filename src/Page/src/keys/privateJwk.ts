import { decodeExactly } from '../formats/base64url';
import { same, utf8 } from '../formats/bytes';
import { type HpkeJwk, parseHpkeJwk, parseSigningJwk, type SigningJwk, verify, writeHpkeJwk, writeSigningJwk } from '../formats/jwk';
import type { MemberKeys } from './memberKeys';

/** Both private keys as text: a public JWK with `d` behind its members, each (member.md, section 8). */
export interface PrivateJwks {
  readonly hpke: string;
  readonly sig: string;
}

/** The texts of extractable keys. They are secrets; JavaScript cannot zero them, so they live as short as possible. */
export async function exportPrivate(keys: MemberKeys): Promise<PrivateJwks> {
  const write = async (jwk: string, key: CryptoKey): Promise<string> =>
    `${jwk.slice(0, -1)},"d":"${(await crypto.subtle.exportKey('jwk', key)).d}"}`;
  return {
    hpke: await write(writeHpkeJwk(keys.hpke.jwk), keys.hpke.pair.privateKey),
    sig: await write(writeSigningJwk(keys.signing.jwk), keys.signing.privateKey),
  };
}

/** The keys of such texts, not extractable; null if one is none, or its halves do not belong together. */
export async function importPrivate(jwks: PrivateJwks): Promise<MemberKeys | null> {
  const hpkeText = apart(jwks.hpke);
  const sigText = apart(jwks.sig);
  const hpke = hpkeText && (await parseHpkeJwk(hpkeText.publicJwk)).value;
  const signing = sigText && (await parseSigningJwk(sigText.publicJwk)).value;
  if (!hpke || !signing) {
    return null;
  }
  try {
    const pair = await importHpke(hpke, hpkeText.d);
    const privateKey = await importSigning(signing, sigText.d);
    return pair && privateKey ? { hpke: { jwk: hpke, pair }, signing: { jwk: signing, privateKey } } : null;
  } catch {
    return null;
  }
}

/** The public JWK and `d`, which stands last in what is written; a reader takes it wherever it stands. */
function apart(text: string): { publicJwk: string; d: string } | null {
  const { d, ...rest } = JSON.parse(text) as Record<string, unknown>;
  return typeof d === 'string' && decodeExactly(d, 32) !== null ? { publicJwk: JSON.stringify(rest), d } : null;
}

async function importHpke(jwk: HpkeJwk, d: string): Promise<CryptoKeyPair | null> {
  const { x, y, kty, crv } = JSON.parse(writeHpkeJwk(jwk)) as JsonWebKey;
  const algorithm = jwk.suite.curve === 'X25519' ? { name: 'X25519' } : { name: 'ECDH', namedCurve: 'P-256' };
  const publicKey = await crypto.subtle.importKey('raw', jwk.point, algorithm, true, []);
  const privateKey = await crypto.subtle.importKey('jwk', { kty, crv, x, ...(y ? { y } : {}), d } as JsonWebKey, algorithm, false, [
    'deriveBits',
  ]);
  // With a stranger's key both halves must come to the same secret.
  const other = (await crypto.subtle.generateKey(algorithm, false, ['deriveBits'])) as CryptoKeyPair;
  const agree = async (own: CryptoKey, their: CryptoKey): Promise<Uint8Array> =>
    new Uint8Array(await crypto.subtle.deriveBits({ name: algorithm.name, public: their }, own, 256));
  const fits = same(await agree(privateKey, other.publicKey), await agree(other.privateKey, publicKey));
  return fits ? { publicKey, privateKey } : null;
}

async function importSigning(jwk: SigningJwk, d: string): Promise<CryptoKey | null> {
  const { x, y, kty, crv } = JSON.parse(writeSigningJwk(jwk)) as JsonWebKey;
  const algorithm = { name: 'ECDSA', namedCurve: 'P-256' };
  const key = await crypto.subtle.importKey('jwk', { kty, crv, x, y, d } as JsonWebKey, algorithm, false, ['sign']);
  const probe = utf8('eec-probe');
  const signature = new Uint8Array(await crypto.subtle.sign({ name: 'ECDSA', hash: 'SHA-256' }, key, probe));
  return (await verify(jwk, probe, signature)) ? key : null;
}
