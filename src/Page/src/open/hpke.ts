import { Chacha20Poly1305 } from '@hpke/chacha20poly1305';
import { Aes128Gcm, Aes256Gcm, CipherSuite, DhkemP256HkdfSha256, DhkemX25519HkdfSha256, HkdfSha256 } from '@hpke/core';
import type { Envelope } from '../formats/envelope';
import { isP256, isX25519 } from '../formats/points';
import type { Suite } from '../formats/suites';
import { VaultKey } from './vaultKey';

/** The HPKE suites of envelope.md, section 2. The KEMs are WebCrypto's, so that private keys need not be extractable. */
const makers: Readonly<Record<Suite['name'], () => CipherSuite>> = {
  'HPKE-4': () => new CipherSuite({ kem: new DhkemX25519HkdfSha256(), kdf: new HkdfSha256(), aead: new Chacha20Poly1305() }),
  'HPKE-3': () => new CipherSuite({ kem: new DhkemX25519HkdfSha256(), kdf: new HkdfSha256(), aead: new Aes128Gcm() }),
  'HPKE-7': () => new CipherSuite({ kem: new DhkemP256HkdfSha256(), kdf: new HkdfSha256(), aead: new Aes256Gcm() }),
  'HPKE-0': () => new CipherSuite({ kem: new DhkemP256HkdfSha256(), kdf: new HkdfSha256(), aead: new Aes128Gcm() }),
};

/** Opens an envelope: base mode, single shot, empty info. Null for every failure, whatever the cause. */
export async function openHpke(envelope: Envelope, recipientKey: CryptoKeyPair): Promise<VaultKey | null> {
  const { encapsulation, ciphertext, protectedHeader, suite } = envelope;
  if (!(suite.curve === 'X25519' ? isX25519(encapsulation) : isP256(encapsulation))) {
    return null;
  }
  try {
    const plaintext = await makers[suite.name]().open({ recipientKey, enc: encapsulation }, ciphertext, protectedHeader);
    return new VaultKey(new Uint8Array(plaintext));
  } catch {
    return null;
  }
}
