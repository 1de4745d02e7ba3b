import { encode } from '../formats/base64url';
import { type Bytes, concat, prefixed, u64, utf8 } from '../formats/bytes';

/** A vault key: 32 bytes that say nothing of themselves and are zeroed when they are no longer needed. The browser may have copied them. */
export class VaultKey {
  static readonly size = 32;
  readonly #bytes: Bytes;

  /** Takes the bytes over. */
  constructor(bytes: Bytes) {
    if (bytes.length !== VaultKey.size) {
      throw new Error('A vault key has 32 bytes.');
    }
    this.#bytes = bytes;
  }

  /** HKDF-SHA256 with an empty salt, 32 bytes, as a key of WebCrypto (envelope.md, section 1). */
  async derive(info: string, algorithm: HmacImportParams | AesKeyAlgorithm, usages: KeyUsage[]): Promise<CryptoKey> {
    const key = await crypto.subtle.importKey('raw', this.#bytes, 'HKDF', false, ['deriveKey']);
    const derivation = { name: 'HKDF', hash: 'SHA-256', salt: new Uint8Array(0), info: utf8(info) };
    return crypto.subtle.deriveKey(derivation, key, algorithm, false, usages);
  }

  /** The key in base64url: for the person who asked to see it. */
  reveal(): string {
    return encode(this.#bytes);
  }

  destroy(): void {
    this.#bytes.fill(0);
  }

  toString(): string {
    return 'VaultKey';
  }

  toJSON(): string {
    return 'VaultKey';
  }
}

/** LP(label) | LP(org) | LP(grp) | U64(epoch)… */
export function bound(label: string, organization: string, group: string, ...epochs: readonly number[]): Bytes {
  return concat(prefixed(label), prefixed(organization), prefixed(group), ...epochs.map(u64));
}
