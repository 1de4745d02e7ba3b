import { parseInvitation } from '../calls/invitationLink';
import type { MemberRecord } from '../keys/record';
import { type App, titleOf, type View } from '../ui/app';
import { button, card, el, field, paragraph } from '../ui/dom';
import { fault, notice } from '../ui/notice';

/** Without an invitation: memberships to choose from, and the ways to get one. */
export function startView(app: App, members: readonly MemberRecord[], damaged = false): View {
  const choose = members.map((member) =>
    el(
      'li',
      {},
      el(
        'button',
        {
          type: 'button',
          class: 'row',
          'data-member': member.id,
          onclick: () => {
            app.current = member.id;
            app.go('groups');
          },
        },
        el('span', { class: 'name' }, titleOf(member)),
        el('span', { class: 'hint' }, new URL(member.core).host),
        el('span', { class: 'go', 'aria-hidden': 'true' }, '›'),
      ),
    ),
  );
  const memberships =
    choose.length === 0 ? null : card('Your memberships in this browser', { id: 'memberships' }, el('ul', { class: 'list' }, ...choose));
  return {
    title: 'Welcome',
    nodes: [
      el('h1', {}, 'Welcome'),
      damaged ? notice('bad', 'This link is not whole', 'It is an invitation without its whole token. Copy everything behind the #, too, or paste the link below.') : null,
      memberships ??
        paragraph('With this page you open the vault keys of your groups. Your private keys are made in this browser and stay in it.'),
      linkCard(app),
      card(
        'Do you have a recovery copy?',
        {},
        paragraph('A recovery copy, or the file of the program eec, brings your keys into this browser.'),
        button('Use a recovery copy', 'use-recovery', () => app.go('restore'), 'secondary'),
      ),
    ],
  };
}

function linkCard(app: App): HTMLElement {
  const input = el('input', {
    id: 'invitation-link',
    name: 'link',
    type: 'text',
    autocomplete: 'off',
    spellcheck: 'false',
    placeholder: 'https://…/join#…',
    required: true,
  });
  const faults = el('div');
  const form = el(
    'form',
    {
      onsubmit: (event) => {
        event.preventDefault();
        const link = parseInvitation(input.value);
        if (link.value) {
          app.invitation = link.value;
          input.value = '';
          app.go('join');
        } else {
          faults.replaceChildren(fault(`This ${link.error}.`));
        }
      },
    },
    field('Link of the invitation', input, 'Copy it from your mail, with all that stands behind #.'),
    faults,
    el('div', { class: 'actions' }, el('button', { type: 'submit', id: 'read-invitation' }, 'Continue')),
  );
  return card('Do you have an invitation?', {}, form);
}
