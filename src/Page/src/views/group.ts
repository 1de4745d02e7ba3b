import { isId } from '../formats/ids';
import type { Statement } from '../formats/statement';
import type { MemberRecord } from '../keys/record';
import { olderEpochs, readOlder } from '../open/history';
import { type GroupOpening, openGroup } from '../open/openGroup';
import type { Opened } from '../open/result';
import type { VaultKey } from '../open/vaultKey';
import type { App, View } from '../ui/app';
import { button, card, el, facts, field } from '../ui/dom';
import { notice, problemNotice } from '../ui/notice';
import { explanations, headlines } from './outcomeText';

const shownFor = 60_000;

/** One group: which of the outcomes it is, and the key for whoever asks for it. */
export async function groupView(app: App, member: MemberRecord, group: string): Promise<View> {
  const answer = isId(group) ? await openGroup(app.store, member.id, group) : null;
  const actions = el(
    'div',
    { class: 'actions' },
    button('All groups', 'all-groups', () => app.go('groups'), 'secondary'),
    button('Open again', 'open-again', () => app.go(`group/${group}`), 'secondary'),
  );
  if (!answer?.value) {
    const problem = answer === null ? notice('bad', 'This is no id of a group') : problemNotice(answer.problem);
    return { title: 'Group', nodes: [el('h1', {}, 'Group'), problem, actions] };
  }
  const opening = answer.value;
  const title = opening.displayName === '' ? group : opening.displayName;
  const nodes: Node[] = [el('h1', {}, title), outcomeCard(app, opening)];
  const { result } = opening;
  if (result?.outcome !== 'opened') {
    return { title, nodes: [...nodes, actions] };
  }
  const shown = keyCard(app, result, opening.statements);
  return {
    title,
    nodes: [...nodes, shown.node, about(group, opening.statements), actions],
    leave: () => {
      shown.hide();
      result.key.destroy();
    },
  };
}

function outcomeCard(app: App, { result }: GroupOpening): HTMLElement {
  const { word, text, kind } = headlines[result?.outcome ?? 'nothing-yet'];
  const explanation = result === null || result.outcome === 'opened' ? '' : explanations[result.reason];
  const toCode = { 'nothing-pinned': 'Enter the code', 'certificate-invalid': 'Look at the trusted code' }[String(result?.reason)];
  const enter = toCode === undefined ? '' : button(toCode, 'enter-code', () => app.go('code'));
  const node = notice(kind, word, text, explanation, enter);
  node.id = 'outcome';
  node.dataset['outcome'] = result?.outcome ?? 'nothing-yet';
  node.dataset['reason'] = result?.reason ?? 'none';
  return node;
}

function keyCard(app: App, opened: Opened, statements: readonly Statement[]): { node: HTMLElement; hide: () => void } {
  const output = el('output', { id: 'vault-key', class: 'secret', hidden: true });
  const copy = button(
    'Copy',
    'copy-key',
    () =>
      void navigator.clipboard.writeText(output.value).then(
        () => app.say('Copied.'),
        () => app.say('The browser did not copy it.'),
      ),
    'secondary',
  );
  copy.hidden = true;
  const epochs = olderEpochs(statements);
  const choice = el(
    'select',
    { id: 'epoch' },
    ...[opened.memory.epoch, ...epochs].map((epoch, index) =>
      el('option', { value: epoch }, index === 0 ? `${epoch} (now)` : epoch === 0 ? '0 (from before the service)' : String(epoch)),
    ),
  );
  const faults = el('p', { class: 'fault', role: 'alert' });
  let timer = 0;
  const hide = (): void => {
    clearTimeout(timer);
    output.value = '';
    output.hidden = copy.hidden = true;
    toggle.textContent = 'Show key';
    toggle.setAttribute('aria-expanded', 'false');
  };
  const show = async (): Promise<void> => {
    const text = await keyOf(opened, statements, Number(choice.value));
    faults.textContent = text === null ? 'No key of this epoch can be read from here.' : '';
    if (text !== null) {
      output.value = text;
      output.hidden = copy.hidden = false;
      toggle.textContent = 'Hide key';
      toggle.setAttribute('aria-expanded', 'true');
      timer = window.setTimeout(hide, shownFor);
    }
  };
  const toggle = button('Show key', 'show-key', () => (output.hidden ? show() : hide()));
  toggle.setAttribute('aria-expanded', 'false');
  toggle.setAttribute('aria-controls', output.id);
  choice.addEventListener('change', hide);
  const node = card(
    'Vault key',
    {},
    epochs.length === 0 ? null : field('Key of epoch', choice),
    output,
    faults,
    el('div', { class: 'actions' }, toggle, copy),
    el('p', { class: 'hint' }, 'Shown for a minute at most. Who sees it can read what the group stores.'),
  );
  return { node, hide };
}

async function keyOf(opened: Opened, statements: readonly Statement[], epoch: number): Promise<string | null> {
  if (epoch === opened.memory.epoch) {
    return opened.key.reveal();
  }
  const older: VaultKey | null = await readOlder(opened.key, statements, epoch);
  const text = older?.reveal() ?? null;
  older?.destroy();
  return text;
}

function about(group: string, statements: readonly Statement[]): HTMLElement | null {
  const head = statements.at(-1);
  if (head === undefined) {
    return null;
  }
  return el(
    'details',
    { class: 'card' },
    el('summary', {}, 'What the service signed'),
    facts([
      ['Group', group, true],
      ['Epoch', String(head.epoch)],
      ['Revision', String(head.revision)],
      ['Last change', `${new Date(head.issuedAt * 1000).toLocaleString()}${head.why.length === 0 ? '' : ` (${head.why.join(', ')})`}`],
      ['Hash', head.jws.hash, true],
      ['Signed by', head.issuer, true],
    ]),
    el('p', { class: 'hint' }, 'Two members who compare revision and hash find out whether the core shows them the same.'),
  );
}
