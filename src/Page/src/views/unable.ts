import type { View } from '../ui/app';
import { el } from '../ui/dom';
import { notice } from '../ui/notice';

/** The browser cannot: what does. */
export function unableView(why: 'insecure' | 'no-x25519'): View {
  const text =
    why === 'insecure'
      ? 'The address of this page is not secure (it must begin with https), so the browser gives it no cryptography. Nothing was made or sent.'
      : 'This browser has no X25519, with which your key is made. Nothing was made or sent.';
  const card = notice(
    'bad',
    'This browser cannot',
    text,
    'Use Chrome or Edge from version 137, Firefox from 130, Safari from 17, or the program eec: eec member accept, with the link of your invitation.',
  );
  card.id = 'unable';
  card.dataset['reason'] = why;
  return { title: 'This browser cannot', nodes: [el('h1', {}, 'Encryption Service'), card] };
}
