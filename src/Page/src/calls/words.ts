import { encode } from '../formats/base64url';
import { sha256, utf8 } from '../formats/bytes';
import { writeHpkeJwk, writeSigningJwk } from '../formats/jwk';
import { signJws, types } from '../formats/jws';
import type { MemberRecord } from '../keys/record';
import type { CoreCall } from './coreClient';

type Signer = Pick<MemberRecord, 'organization' | 'member' | 'coreId' | 'keys'>;

const tokenLifetime = 120;
const registrationLifetime = 300;

/** The call with a token that is bound to it (core.md, section 4). */
export async function authorize(call: CoreCall, member: Signer): Promise<CoreCall> {
  const request = encode(await sha256(utf8(call.body)));
  const claims = {
    org: member.organization,
    aud: member.coreId,
    method: `${call.method} ${call.path}`,
    req: request,
    ...lifetime(tokenLifetime),
  };
  return { ...call, bearer: await sign(member, types.call, JSON.stringify(claims)) };
}

/** These two keys are mine (envelope.md, section 9). */
export async function register(member: Signer): Promise<string> {
  const { hpke, signing } = member.keys;
  const claims = {
    org: member.organization,
    mem: member.member,
    aud: member.coreId,
    hpke: JSON.parse(writeHpkeJwk(hpke.jwk)) as unknown,
    sig: JSON.parse(writeSigningJwk(signing.jwk)) as unknown,
    ...lifetime(registrationLifetime),
  };
  return sign(member, types.registration, JSON.stringify(claims));
}

function lifetime(seconds: number): { iat: number; exp: number; jti: string } {
  const now = Math.floor(Date.now() / 1000);
  return { iat: now, exp: now + seconds, jti: encode(crypto.getRandomValues(new Uint8Array(16))) };
}

async function sign({ keys }: Signer, typ: string, claims: string): Promise<string> {
  return signJws(typ, keys.signing.jwk, keys.signing.privateKey, claims);
}
