import type { GroupCard, MemberCard } from '../calls/answers';
import { groups, me } from '../calls/memberClient';
import { sameKeys } from '../formats/jwk';
import { idsOf } from '../keys/memberKeys';
import type { MemberRecord } from '../keys/record';
import { type App, titleOf, type View } from '../ui/app';
import { button, el, paragraph } from '../ui/dom';
import { notice, problemNotice } from '../ui/notice';

/** The member's groups, and whether the core still knows the member by these keys. */
export async function groupsView(app: App, member: MemberRecord): Promise<View> {
  const [card, list] = await Promise.all([me(member), groups(member)]);
  const nodes: Node[] = [el('h1', {}, 'Groups'), paragraph(await titled(app, member, card.value))];
  if (member.trusted === null) {
    const enter = button('Enter the code', 'enter-code', () => app.go('code'));
    nodes.push(notice('warn', 'No organization code yet', 'Until you enter it nothing can be opened.', enter));
  }
  if (card.value) {
    nodes.push(...aboutKeys(card.value, member));
  }
  nodes.push(list.value ? listOf(app, list.value) : problemNotice(list.problem));
  nodes.push(
    el(
      'div',
      { class: 'actions' },
      button('Look again', 'refresh', () => app.go('groups'), 'secondary'),
    ),
  );
  return { title: 'Groups', nodes };
}

/** A membership from a recovery copy has no names before the core was asked. */
async function titled(app: App, member: MemberRecord, card: MemberCard | undefined): Promise<string> {
  if (card === undefined || member.title !== '') {
    return titleOf(member);
  }
  const title = `${card.userName} · ${card.organizationName}`;
  await app.store.update(member.id, (present) => ({ ...(present ?? member), title }));
  return title;
}

function aboutKeys(card: MemberCard, member: MemberRecord): Node[] {
  if (!sameKeys(card.keys, idsOf(member.keys))) {
    return [notice('bad', 'Other keys', 'The core names other keys for you than this browser has. Tell your administrator.')];
  }
  return card.pinned
    ? []
    : [
        notice(
          'info',
          'Your keys are new',
          'Your organization’s service has not used them yet. An operator may have to approve them first, by the thumbprints under My keys.',
        ),
      ];
}

function listOf(app: App, list: readonly GroupCard[]): HTMLElement {
  if (list.length === 0) {
    return el(
      'p',
      { id: 'no-groups', class: 'card' },
      'You are in no group yet. Your administrator puts you into groups in the directory.',
    );
  }
  return el(
    'ul',
    { id: 'groups', class: 'list card' },
    ...list.map((group) =>
      el(
        'li',
        {},
        el(
          'button',
          {
            type: 'button',
            class: 'row',
            'data-group': group.group,
            onclick: () => app.go(`group/${group.group}`),
          },
          el('span', { class: 'name' }, group.displayName === '' ? group.group : group.displayName),
          el('span', { class: 'hint' }, group.epoch > 0 ? `epoch ${group.epoch}` : 'no key yet'),
          el('span', { class: group.hasEnvelope ? 'tag good' : 'tag' }, group.hasEnvelope ? 'envelope there' : 'no envelope yet'),
          el('span', { class: 'go', 'aria-hidden': 'true' }, '›'),
        ),
      ),
    ),
  );
}
