import type { RecoveryCopy } from '../keys/acceptance';
import { el } from './dom';

/** Hands the recovery copy to the browser as a file. */
export function save(copy: RecoveryCopy): void {
  const url = URL.createObjectURL(new Blob([copy.text], { type: 'application/json' }));
  el('a', { href: url, download: copy.fileName }).click();
  setTimeout(() => URL.revokeObjectURL(url), 60_000);
}
