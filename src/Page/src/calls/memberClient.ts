import { parseStatement } from '../formats/statement';
import { sameKeys } from '../formats/jwk';
import { idsOf } from '../keys/memberKeys';
import type { MemberRecord } from '../keys/record';
import type { KnownGroup } from '../trust/memory';
import { type GroupCard, type GroupPage, type Invitation, type MemberCard, readGroups, readInvitation, readMe, readPage } from './answers';
import { type CoreCall, send } from './coreClient';
import type { InvitationLink } from './invitationLink';
import { type CoreAnswer, notUnderstood } from './problem';
import { authorize, register } from './words';

/** A core that goes on and on is stopped here; 500 statements are the most of one page. */
const maxStatements = 500_000;

const get = (path: string): CoreCall => ({ method: 'GET', path, body: '', bearer: null });
const post = (path: string, body: object): CoreCall => ({ method: 'POST', path, body: JSON.stringify(body), bearer: null });

/** What an invitation is for; changes nothing (member.md, section 2). */
export function look({ core, token }: InvitationLink): Promise<CoreAnswer<Invitation>> {
  return send(core, post('/member/v1/invitations', { token }), readInvitation);
}

/** Registers keys that are stored already; again after a lost reply does no harm. */
export async function accept(member: MemberRecord, { token }: InvitationLink): Promise<CoreAnswer<MemberCard>> {
  const call = post('/member/v1/acceptances', { token, registration: await register(member) });
  return send(member.core, call, (json) => {
    const me = readMe(json);
    return isOwn(me, member) && sameKeys(me.keys, idsOf(member.keys)) ? me : null;
  });
}

/** What the core knows of the member. */
export async function me(member: MemberRecord): Promise<CoreAnswer<MemberCard>> {
  return send(member.core, await authorize(get('/member/v1/me'), member), (json) => {
    const card = readMe(json);
    return isOwn(card, member) ? card : null;
  });
}

/** The member's groups, in order of their names. */
export async function groups(member: MemberRecord): Promise<CoreAnswer<GroupCard[]>> {
  return send(member.core, await authorize(get('/member/v1/groups'), member), readGroups);
}

/** All that the core has about one group, page by page; the statements are those after what is remembered (member.md, section 5). */
export async function group(member: MemberRecord, id: string, known: KnownGroup | null): Promise<CoreAnswer<GroupPage>> {
  const statements: string[] = [];
  let after = known?.revision ?? 0;
  while (true) {
    const call = get(`/member/v1/groups/${id}?after=${after}`);
    const answer = await send(member.core, await authorize(call, member), (json) => {
      const page = readPage(json);
      return page.group === id ? page : null;
    });
    if (!answer.value) {
      return answer;
    }
    statements.push(...answer.value.statements);
    if (!answer.value.more) {
      return { value: { ...answer.value, statements } };
    }
    // Only where to go on is read here; opening verifies everything.
    const end = await parseStatement(answer.value.statements.at(-1) ?? '');
    if (!end.value || end.value.revision <= after || statements.length > maxStatements) {
      return { problem: notUnderstood("The core's pages of this group do not come to an end.") };
    }
    after = end.value.revision;
  }
}

const isOwn = (card: MemberCard, member: MemberRecord): boolean =>
  card.organization === member.organization && card.member === member.member;
