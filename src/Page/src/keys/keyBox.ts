import { encode } from '../formats/base64url';
import { type Bytes, concat, prefixed, utf8 } from '../formats/bytes';
import { StrictJson } from '../formats/strictJson';
import type { MemberKeys } from './memberKeys';
import { exportPrivate, importPrivate, type PrivateJwks } from './privateJwk';

/** Private keys under a passphrase: PBKDF2-HMAC-SHA512 and AES-256-GCM (member.md, section 8). Itself no secret. */
export interface KeyBox {
  readonly iterations: number;
  readonly salt: Bytes;
  readonly nonce: Bytes;
  readonly ciphertext: Bytes;
}

export const minPassphrase = 12;
export const maxPassphrase = 1_024;

const kdf = 'PBKDF2-HMAC-SHA512';
const cipher = 'A256GCM';
const defaultIterations = 210_000;
const minIterations = 100_000;
const maxIterations = 10_000_000;
const maxCiphertext = 4_096;

/** What is wrong with a passphrase that is to protect new keys; null: nothing. */
export function whyNotPassphrase(text: string): string | null {
  const composed = text.normalize('NFC');
  if (!text.isWellFormed()) {
    return 'The passphrase is no valid text.';
  }
  if (composed.length < minPassphrase) {
    return `A passphrase has at least ${minPassphrase} characters.`;
  }
  return composed.length > maxPassphrase ? `A passphrase has at most ${maxPassphrase} characters.` : null;
}

/** Seals extractable keys, bound to organization and member. */
export async function sealBox(keys: MemberKeys, passphrase: string, organization: string, member: string): Promise<KeyBox> {
  const jwks = await exportPrivate(keys);
  const plaintext = utf8(`{"hpke":${jwks.hpke},"sig":${jwks.sig}}`);
  const salt = crypto.getRandomValues(new Uint8Array(16));
  const nonce = crypto.getRandomValues(new Uint8Array(12));
  const key = await derive(passphrase, salt, defaultIterations);
  const sealed = await crypto.subtle.encrypt(
    { name: 'AES-GCM', iv: nonce, additionalData: associated(organization, member) },
    key,
    plaintext,
  );
  plaintext.fill(0);
  return { iterations: defaultIterations, salt, nonce, ciphertext: new Uint8Array(sealed) };
}

/** The keys, not extractable; null for another passphrase, or a box that was changed. */
export async function openBox(box: KeyBox, passphrase: string, organization: string, member: string): Promise<MemberKeys | null> {
  const key = await derive(passphrase, box.salt, box.iterations);
  let plaintext: Bytes;
  try {
    const parameters = { name: 'AES-GCM', iv: box.nonce, additionalData: associated(organization, member) };
    plaintext = new Uint8Array(await crypto.subtle.decrypt(parameters, key, box.ciphertext));
  } catch {
    return null;
  }
  try {
    const jwks = JSON.parse(new TextDecoder().decode(plaintext)) as Record<keyof PrivateJwks, unknown>;
    return await importPrivate({ hpke: JSON.stringify(jwks.hpke), sig: JSON.stringify(jwks.sig) });
  } catch {
    return null;
  } finally {
    plaintext.fill(0);
  }
}

export function writeBox(box: KeyBox): object {
  const { iterations, salt, nonce, ciphertext } = box;
  return { kdf, iterations, salt: encode(salt), enc: cipher, nonce: encode(nonce), ciphertext: encode(ciphertext) };
}

/** Reads a box; its problems are told by the reader. */
export function readBox(json: StrictJson): KeyBox {
  json.check(json.text('kdf') === kdf, 'kdf', `must be ${kdf}`);
  json.check(json.text('enc') === cipher, 'enc', `must be ${cipher}`);
  const iterations = json.number('iterations');
  json.check(iterations >= minIterations && iterations <= maxIterations, 'iterations', `must be from ${minIterations} to ${maxIterations}`);
  const box = {
    iterations,
    salt: json.bytes('salt', 16),
    nonce: json.bytes('nonce', 12),
    ciphertext: json.anyBytes('ciphertext', 17, maxCiphertext),
  };
  json.finish();
  return box;
}

function associated(organization: string, member: string): Bytes {
  return concat(prefixed('eec-member-file/v1'), prefixed(organization), prefixed(member));
}

async function derive(passphrase: string, salt: Bytes, iterations: number): Promise<CryptoKey> {
  const material = await crypto.subtle.importKey('raw', utf8(passphrase.normalize('NFC')), 'PBKDF2', false, ['deriveKey']);
  const derivation = { name: 'PBKDF2', hash: 'SHA-512', salt, iterations };
  return crypto.subtle.deriveKey(derivation, material, { name: 'AES-GCM', length: 256 }, false, ['encrypt', 'decrypt']);
}
