import type { Invitation } from '../calls/answers';
import type { InvitationLink } from '../calls/invitationLink';
import { look } from '../calls/memberClient';
import { acceptInvitation } from '../keys/acceptance';
import { whyNotPassphrase } from '../keys/keyBox';
import { type MemberRecord, recordId } from '../keys/record';
import type { App, View } from '../ui/app';
import { busy, button, card, el, facts, field, paragraph } from '../ui/dom';
import { save } from '../ui/download';
import { fault, notice, problemNotice, visitNotice } from '../ui/notice';

/** The invitation: whose it is, and the making of keys. */
export async function joinView(app: App): Promise<View> {
  const link = app.invitation;
  if (link === null) {
    app.go('');
    return { title: 'Invitation', nodes: [] };
  }
  const answer = await look(link);
  const heading = el('h1', {}, 'Your invitation');
  if (!answer.value) {
    return { title: 'Invitation', nodes: [heading, problemNotice(answer.problem), again(app)] };
  }
  const invitation = answer.value;
  const present = await app.store.read(recordId(link.core, invitation.organization, invitation.member));
  const body = invitation.accepted && present === null ? elsewhere(app) : acceptForm(app, link, invitation, present);
  return { title: 'Invitation', nodes: [heading, whose(link, invitation), ...body] };
}

const again = (app: App): HTMLElement =>
  el(
    'div',
    { class: 'actions' },
    button('Try again', 'try-again', () => app.go('join')),
    button(
      'Another invitation',
      'another-invitation',
      () => {
        app.invitation = null;
        app.go('');
      },
      'secondary',
    ),
  );

function whose(link: InvitationLink, invitation: Invitation): HTMLElement {
  return card(
    '',
    { id: 'invitation' },
    facts([
      [
        'Organization',
        invitation.organizationName === '' ? invitation.organization : `${invitation.organizationName} (${invitation.organization})`,
      ],
      ['For', invitation.userName],
      ['Served by', new URL(link.core).host],
    ]),
  );
}

/** The keys are elsewhere; new ones would be refused. */
function elsewhere(app: App): HTMLElement[] {
  return [
    notice(
      'warn',
      'This invitation was accepted already',
      'Its keys are in another browser, or in a file of the program eec. If that was not you, tell your administrator at once.',
    ),
    el(
      'div',
      { class: 'actions' },
      button('Use a recovery copy', 'use-recovery', () => app.go('restore')),
    ),
  ];
}

function acceptForm(app: App, link: InvitationLink, invitation: Invitation, present: MemberRecord | null): HTMLElement[] {
  const wanted = el('input', { type: 'checkbox', id: 'want-recovery', checked: true });
  const passphrase = el('input', { type: 'password', id: 'passphrase', autocomplete: 'new-password' });
  const repeated = el('input', { type: 'password', id: 'passphrase-again', autocomplete: 'new-password' });
  const fields = el(
    'div',
    { id: 'recovery-fields' },
    field('Passphrase', passphrase, 'At least 12 characters. It cannot be reset: nobody else has it.'),
    field('The passphrase again', repeated),
  );
  wanted.addEventListener('change', () => {
    fields.hidden = !wanted.checked;
  });
  const faults = el('div');
  const submit = el('button', { type: 'submit', id: 'accept' }, present === null ? 'Make keys and accept' : 'Accept');
  const form = el(
    'form',
    {
      onsubmit: (event) => {
        event.preventDefault();
        const secret = present === null && wanted.checked ? passphrase.value : null;
        const problem =
          secret === null ? null : (whyNotPassphrase(secret) ?? (secret === repeated.value ? null : 'The two passphrases differ.'));
        if (problem !== null) {
          faults.replaceChildren(fault(problem));
          return;
        }
        faults.replaceChildren();
        void busy(submit, async () => {
          app.say('Making keys…');
          await run(app, link, invitation, secret, faults);
        });
      },
    },
    present === null
      ? recoveryOffer(app, wanted, fields)
      : paragraph('This browser has your keys for this invitation already. They are used.'),
    faults,
    el('div', { class: 'actions' }, submit),
  );
  return [card(present === null ? 'Keys' : '', {}, form)];
}

function recoveryOffer(app: App, wanted: HTMLInputElement, fields: HTMLElement): HTMLElement {
  return el(
    'div',
    {},
    paragraph('Two keys are made in this browser and stay in it: no script can read them out, not even this page’s.'),
    visitNotice(app.store, 'Your keys are gone when this page is closed: a recovery copy is the only way to come back.'),
    el('div', { class: 'check' }, wanted, el('label', { for: 'want-recovery' }, 'Make a recovery copy (recommended)')),
    el(
      'p',
      { class: 'hint' },
      'A file under a passphrase of yours, for another browser or the program eec. It can be made now and never again.',
    ),
    fields,
  );
}

async function run(app: App, link: InvitationLink, invitation: Invitation, passphrase: string | null, faults: HTMLElement): Promise<void> {
  const accepted = await acceptInvitation(app.store, link, invitation, passphrase);
  app.recovery = accepted.recovery ?? app.recovery;
  if (accepted.answer.problem) {
    // The keys are stored: accepting again uses them, and the copy of them that was made.
    faults.replaceChildren(problemNotice(accepted.answer.problem));
    return;
  }
  // Perhaps made at an earlier attempt.
  if (app.recovery?.member === accepted.record.id) {
    save(app.recovery);
  }
  app.current = accepted.record.id;
  app.invitation = null;
  app.say('Accepted.');
  app.go('code');
}
