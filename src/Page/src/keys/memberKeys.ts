import type { HpkeJwk, KeyIds, SigningJwk } from '../formats/jwk';

/** A member's own keys: one HPKE key and one signing key. */
export interface MemberKeys {
  readonly hpke: { readonly jwk: HpkeJwk; readonly pair: CryptoKeyPair };
  readonly signing: { readonly jwk: SigningJwk; readonly privateKey: CryptoKey };
}

export const idsOf = (keys: MemberKeys): KeyIds => ({
  hpke: keys.hpke.jwk.thumbprint,
  alg: keys.hpke.jwk.suite.name,
  sig: keys.signing.jwk.thumbprint,
});
