import type { CoreProblem } from '../calls/problem';
import type { MemberStore } from '../keys/store';
import { el } from './dom';

/** A coloured card with a word about how things are. */
export function notice(kind: 'good' | 'info' | 'warn' | 'bad', heading: string, ...texts: readonly (string | Node)[]): HTMLElement {
  const role = kind === 'bad' || kind === 'warn' ? { role: 'alert' } : {};
  return el(
    'section',
    { class: `card notice ${kind}`, ...role },
    el('h2', {}, heading),
    ...texts.filter((text) => text !== '').map((text) => el('p', {}, text)),
  );
}

/** Says that keys do not stay, why, and what follows; null where they are kept. */
export function visitNotice(store: MemberStore, then: string): HTMLElement | null {
  if (store.kind === 'kept') {
    return null;
  }
  const why =
    store.kind === 'disk'
      ? 'This page was opened from disk, where another file could use what it stores. So it stores nothing.'
      : 'This browser does not store keys (a private window, perhaps).';
  return notice('warn', 'For this visit only', `${why} ${then}`);
}

/** Why a call came to nothing. */
export function problemNotice(problem: CoreProblem): HTMLElement {
  const hint =
    problem.status === 401
      ? 'The core does not accept the keys of this browser. Is the clock of this machine right, and was the invitation accepted here?'
      : '';
  const card = notice('bad', problem.title, problem.detail, hint);
  card.id = 'problem';
  card.dataset['kind'] = problem.kind;
  card.dataset['type'] = problem.type;
  return card;
}

/** For the small place below a form. */
export function fault(text: string): HTMLElement {
  return el('p', { class: 'fault', role: 'alert' }, text);
}
