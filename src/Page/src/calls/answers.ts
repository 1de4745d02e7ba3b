import { isDigest } from '../formats/base64url';
import type { KeyIds } from '../formats/jwk';
import { maxProof } from '../formats/roster';
import type { StrictJson } from '../formats/strictJson';
import { clean } from './foreignText';

/** Who an invitation, or a membership, is. Names are the core's word. */
export interface Whose {
  readonly organization: string;
  readonly organizationName: string;
  readonly member: string;
  readonly userName: string;
  readonly coreId: string;
}

export interface Invitation extends Whose {
  readonly accepted: boolean;
}

export interface MemberCard extends Whose {
  readonly keys: KeyIds;
  readonly counter: number;
  /** True if the service has seen these keys. */
  readonly pinned: boolean;
}

export interface GroupCard {
  readonly group: string;
  readonly displayName: string;
  /** Epoch of the head; 0 while no statement has come. */
  readonly epoch: number;
  readonly revision: number;
  readonly hasEnvelope: boolean;
}

export interface GroupPage {
  readonly group: string;
  readonly displayName: string;
  readonly envelope: string | null;
  readonly statements: readonly string[];
  readonly proof: readonly string[] | null;
  readonly certificates: readonly string[];
  readonly more: boolean;
}

const most = 100_000;
const maxObject = 16_384;

function whose(json: StrictJson): Whose {
  const organization = json.id('organization');
  const organizationName = clean(json.name('organizationName'));
  const member = json.id('member');
  const userName = clean(json.name('userName'));
  const coreId = json.text('core', 512);
  json.check(!/\p{Cc}/u.test(coreId), 'core', 'holds control characters');
  return { organization, organizationName, member, userName, coreId };
}

export const readInvitation = (json: StrictJson): Invitation => ({ ...whose(json), accepted: json.boolean('accepted') });

export function readMe(json: StrictJson): MemberCard {
  const who = whose(json);
  const keys = json.nested('keys');
  const ids: KeyIds = { hpke: keys.digest('hpke'), alg: keys.suite('alg').name, sig: keys.digest('sig') };
  keys.finish();
  return { ...who, keys: ids, counter: json.number('counter'), pinned: json.boolean('pinned') };
}

export function readGroups(json: StrictJson): GroupCard[] {
  return json.nestedList('groups', most).map((group) => {
    const card: GroupCard = {
      group: group.id('group'),
      displayName: clean(group.name('displayName')),
      epoch: group.number('epoch'),
      revision: group.number('revision'),
      hasEnvelope: group.boolean('envelope'),
    };
    group.finish();
    return card;
  });
}

export function readPage(json: StrictJson): GroupPage {
  const proof = json.has('proof') ? json.texts('proof', maxProof, 43) : null;
  json.check(proof === null || proof.every(isDigest), 'proof', 'must hold hashes');
  return {
    group: json.id('group'),
    displayName: clean(json.name('displayName')),
    envelope: json.has('envelope') ? json.text('envelope', maxObject) : null,
    statements: json.texts('statements', most, maxObject),
    proof,
    certificates: json.texts('certificates', most, maxObject),
    more: json.boolean('more'),
  };
}
