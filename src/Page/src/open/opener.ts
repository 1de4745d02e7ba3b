import { type Envelope, parseEnvelope } from '../formats/envelope';
import { sameSuite } from '../formats/suites';
import { provesIntoRoster } from '../formats/roster';
import type { Statement } from '../formats/statement';
import { idsOf } from '../keys/memberKeys';
import { strongest, strengthOf } from '../trust/memory';
import { walk, type Walked } from '../trust/walk';
import { isCommittedTo } from './commitment';
import { openHpke } from './hpke';
import type { OpenRequest } from './request';
import { type Failure, forged, notForMe, type OpenResult } from './result';

/** Opens, or says which of the other outcomes it is: the only way to a vault key (envelope.md, section 11; the numbers are its steps). */
export async function open(request: OpenRequest): Promise<OpenResult> {
  const { value: envelope } = parseEnvelope(request.envelope); // 1
  if (!envelope) {
    return forged('envelope-malformed');
  }
  if (envelope.member !== request.member) {
    return notForMe('other-member');
  }
  if (envelope.kid !== request.keys.hpke.jwk.thumbprint) {
    return notForMe('other-key');
  }
  const walked = await walk(request); // 2, 3
  if ('outcome' in walked) {
    return walked;
  }
  const misfit = fits(envelope, walked.head, request); // 4
  if (misfit !== null) {
    return misfit;
  }
  const isMember = await provesIntoRoster(walked.head.roster, request.member, idsOf(request.keys), request.proof); // 5
  if (!isMember) {
    return forged('not-in-roster');
  }
  return decrypt(envelope, walked, request);
}

function fits(envelope: Envelope, head: Statement, request: OpenRequest): Failure | null {
  if (head.end) {
    return forged('group-ended');
  }
  if (envelope.organization !== head.organization || envelope.group !== head.group || envelope.epoch !== head.epoch) {
    return forged('envelope-moved');
  }
  const { suite } = envelope;
  const weaker = suite.strength < strengthOf(request.memory);
  const allowed = sameSuite(suite, request.keys.hpke.jwk.suite) && head.suites.some((other) => sameSuite(suite, other));
  return weaker || !allowed ? forged('suite-downgraded') : null;
}

async function decrypt(envelope: Envelope, { head, generation, statements }: Walked, request: OpenRequest): Promise<OpenResult> {
  const key = await openHpke(envelope, request.keys.hpke.pair); // 6
  if (key === null) {
    return forged('does-not-open');
  }
  const committed = head.commitment !== null && (await isCommittedTo(key, head.organization, head.group, head.epoch, head.commitment)); // 7
  if (!committed) {
    key.destroy();
    return forged('commitment-mismatch');
  }
  const memory = {
    revision: head.revision,
    hash: head.jws.hash,
    epoch: head.epoch,
    generation,
    suite: strongest(request.memory, envelope.suite),
  };
  return { outcome: 'opened', reason: 'none', key, memory, statements };
}
