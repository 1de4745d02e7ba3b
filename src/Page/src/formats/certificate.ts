import { type HpkeJwk, readHpkeJwk, type SigningJwk } from './jwk';
import { isBy, type Jws, parseJws, takeSigningKey, types } from './jws';
import { type Parsed, parsed, wrong } from './parsed';
import { StrictJson } from './strictJson';

/** The organization key's word on the service's identity (envelope.md, section 8). */
export interface IdentityCertificate {
  readonly jws: Jws;
  readonly organization: string;
  readonly generation: number;
  readonly identity: SigningJwk;
  readonly adoption: HpkeJwk;
  readonly issuedAt: number;
  /** The organization key, which the header carries. */
  readonly organizationKey: SigningJwk;
}

/** Reads a certificate. Shape only: nothing is verified. */
export async function parseCertificate(compact: string): Promise<Parsed<IdentityCertificate>> {
  const jws = await parseJws(compact, types.identity);
  if (!jws.value) {
    return wrong(jws.error);
  }
  const claims = StrictJson.read(jws.value.payload);
  if (!claims.value) {
    return wrong(`payload ${claims.error}`);
  }
  const json = claims.value;
  const organization = json.id('org');
  const generation = json.number('gen', 1);
  const identity = await takeSigningKey(json, 'identity');
  const adoption = await readHpkeJwk(json.nested('adoption'));
  json.check(adoption.value !== undefined, 'adoption', adoption.error ?? '');
  const issuedAt = json.number('iat');
  const problem = json.finish();
  const organizationKey = jws.value.jwk;
  if (problem !== null || identity === null || adoption.value === undefined || organizationKey === null) {
    return wrong(`claim ${problem}`);
  }
  return parsed({ jws: jws.value, organization, generation, identity, adoption: adoption.value, issuedAt, organizationKey });
}

/** True if the certificate is verified: by the pinned organization key, for the expected organization. */
export async function isUnder(certificate: IdentityCertificate, pinned: string, organization: string): Promise<boolean> {
  return (
    certificate.organizationKey.thumbprint === pinned &&
    certificate.organization === organization &&
    isBy(certificate.jws, certificate.organizationKey)
  );
}
