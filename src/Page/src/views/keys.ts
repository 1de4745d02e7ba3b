import { formatCode } from '../formats/organizationCode';
import { idsOf } from '../keys/memberKeys';
import type { MemberRecord } from '../keys/record';
import { type App, titleOf, type View } from '../ui/app';
import { button, card, el, facts, paragraph } from '../ui/dom';
import { visitNotice } from '../ui/notice';

/** What is kept in this browser: thumbprints to compare with an operator, and the way to remove it. */
export async function keysView(app: App, member: MemberRecord): Promise<View> {
  const ids = idsOf(member.keys);
  const code = member.trusted === null ? 'none yet' : await formatCode(member.trusted);
  return {
    title: 'My keys',
    nodes: [
      el('h1', {}, 'My keys'),
      await whereKept(app),
      card(
        '',
        { id: 'keys' },
        facts([
          ['Member', `${titleOf(member)}`],
          ['Id', member.member, true],
          ['Core', member.core],
          ['Trusted code', code, true],
          [`Key for ${ids.alg}`, ids.hpke, true],
          ['Signing key', ids.sig, true],
        ]),
        el('p', { class: 'hint' }, 'An operator who approves your keys compares the last two lines with what you read to them.'),
      ),
      removal(app, member),
      el(
        'div',
        { class: 'actions' },
        button(
          'Another membership',
          'other-membership',
          () => {
            app.current = null;
            app.go('start');
          },
          'secondary',
        ),
      ),
    ],
  };
}

async function whereKept(app: App): Promise<HTMLElement> {
  const visit = visitNotice(app.store, 'Your keys are gone when this page is closed; your recovery copy brings them back.');
  if (visit !== null) {
    return visit;
  }
  const persistent = (await navigator.storage?.persisted?.()) ?? false;
  return paragraph(
    'Your private keys are in this browser’s storage, not extractable.',
    persistent ? null : ' The browser may drop them when space is short, or when you clear its data.',
  );
}

function removal(app: App, member: MemberRecord): HTMLElement {
  const sure = el('input', { type: 'checkbox', id: 'sure-remove' });
  const remove = button(
    'Remove',
    'remove',
    async () => {
      await app.store.remove(member.id);
      app.current = null;
      app.say('Removed from this browser.');
      app.go('start');
    },
    'danger',
  );
  remove.disabled = true;
  sure.addEventListener('change', () => {
    remove.disabled = !sure.checked;
  });
  return el(
    'details',
    { class: 'card' },
    el('summary', {}, 'Remove from this browser'),
    paragraph('Keys and memory of this membership are deleted here. Without a recovery copy they are lost, and you need a new invitation.'),
    el('div', { class: 'check' }, sure, el('label', { for: 'sure-remove' }, 'I have my recovery copy, or do without')),
    el('div', { class: 'actions' }, remove),
  );
}
