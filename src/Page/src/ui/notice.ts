import type { CoreProblem } from '../calls/problem';
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
