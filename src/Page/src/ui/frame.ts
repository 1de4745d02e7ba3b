import { isFromDisk } from '../keys/store';
import type { View } from './app';
import { el } from './dom';

const main = document.getElementById('main');
const links = [
  ['groups', 'Groups'],
  ['code', 'Organization code'],
  ['keys', 'My keys'],
] as const;

const nothingKept = 'Opened from disk it keeps nothing: you need your recovery copy and the organization code at every visit.';

let shown: View | null = null;

/** Takes a view's place with another one. */
export function show(view: View): void {
  shown?.leave?.();
  shown = view;
  main?.replaceChildren(...view.nodes.filter((node) => node !== null));
  document.title = view.title === '' ? 'Encryption Service' : `${view.title} – Encryption Service`;
  const heading = main?.querySelector('h1');
  if (heading) {
    // So that whoever uses a screen reader hears where they are.
    heading.tabIndex = -1;
    heading.focus({ preventScroll: true });
    scrollTo(0, 0);
  }
}

/** What stands there while something is fetched. */
export const place = (text: string): View => ({ title: '', nodes: text === '' ? [] : [el('p', { class: 'loading' }, text)] });

/** Links to the pages of a member; null: nobody is there yet. */
export function navigation(route: string | null): void {
  const nav = document.getElementById('navigation');
  if (nav === null) {
    return;
  }
  nav.hidden = route === null;
  const page = (route ?? '').split('/')[0] || 'groups';
  nav.replaceChildren(
    ...links.map(([name, text]) => {
      const current = name === page || (name === 'groups' && page === 'group');
      return el('a', { href: `#/${name}`, ...(current ? { 'aria-current': 'page' } : {}) }, text);
    }),
  );
}

/** Says who serves the page, and what that means. */
export function footer(): void {
  const texts = __SAVED__
    ? [
        el(
          'p',
          {},
          'A saved page: it stays what it was on the day it was saved.',
          isFromDisk(location.protocol) ? ` ${nothingKept}` : null,
        ),
      ]
    : [
        el(
          'p',
          {},
          'Whoever serves a page decides what it does. Not to depend on the core for that, use the program eec, or this page from your organization’s own server. Or ',
          el('a', { href: '/join/page.html', download: 'encryption-service-page.html', id: 'save-page' }, 'save this page'),
          ` once and open it from your own disk. ${nothingKept}`,
        ),
      ];
  document.getElementById('footer')?.replaceChildren(...texts);
}
