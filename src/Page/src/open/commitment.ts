import type { Bytes } from '../formats/bytes';
import { decodeExactly, encode } from '../formats/base64url';
import { bound, type VaultKey } from './vaultKey';

const label = 'eec-commit/v1';

async function macOf(key: VaultKey): Promise<CryptoKey> {
  return key.derive('commit', { name: 'HMAC', hash: 'SHA-256', length: 256 } as HmacImportParams, ['sign', 'verify']);
}

/** The commitment of a key (envelope.md, section 3), in base64url. */
export async function commitmentOf(key: VaultKey, organization: string, group: string, epoch: number): Promise<string> {
  return encode(new Uint8Array(await crypto.subtle.sign('HMAC', await macOf(key), bound(label, organization, group, epoch))));
}

/** Compares in constant time: the browser verifies the MAC. */
export async function isCommittedTo(
  key: VaultKey,
  organization: string,
  group: string,
  epoch: number,
  commitment: string,
): Promise<boolean> {
  const expected: Bytes | null = decodeExactly(commitment, 32);
  return expected !== null && crypto.subtle.verify('HMAC', await macOf(key), expected, bound(label, organization, group, epoch));
}
