import { readMemberFile, recordOf } from '../keys/memberFile';
import type { App, View } from '../ui/app';
import { busy, card, el, field, paragraph } from '../ui/dom';
import { fault, visitNotice } from '../ui/notice';

/** Takes keys from a recovery copy, or from a file of eec. */
export function restoreView(app: App): View {
  const file = el('input', { type: 'file', id: 'recovery-file', accept: '.json,application/json', required: true });
  const passphrase = el('input', { type: 'password', id: 'recovery-passphrase', autocomplete: 'current-password', required: true });
  const faults = el('div');
  const submit = el('button', { type: 'submit', id: 'restore' }, 'Take over');
  const form = el(
    'form',
    {
      onsubmit: (event) => {
        event.preventDefault();
        void busy(submit, async () => {
          const problem = await restore(app, file.files?.[0], passphrase.value);
          faults.replaceChildren(...(problem === null ? [] : [fault(problem)]));
        });
      },
    },
    field('File', file),
    field('Its passphrase', passphrase),
    faults,
    el('div', { class: 'actions' }, submit),
  );
  return {
    title: 'Recovery copy',
    nodes: [
      el('h1', {}, 'Use a recovery copy'),
      visitNotice(app.store, 'Keep the file: you need it again next time.'),
      card(
        '',
        {},
        paragraph(
          'The file that you saved when your keys were made, or the file of the program eec. It is read in this browser and sent nowhere.',
        ),
        paragraph('Have your organization code at hand: a file brings keys, and no trust.'),
        form,
      ),
    ],
  };
}

async function restore(app: App, file: File | undefined, passphrase: string): Promise<string | null> {
  if (file === undefined) {
    return 'Choose the file first.';
  }
  const read = await readMemberFile(await file.text());
  if (!read.value) {
    return `This file cannot be used: ${read.error}.`;
  }
  app.say('Opening…');
  const record = await recordOf(read.value, passphrase);
  if (record === null) {
    return 'The passphrase does not open this file.';
  }
  const present = await app.store.read(record.id);
  if (present !== null) {
    return 'This membership is in this browser already. Remove it first (My keys), if the file is to take its place.';
  }
  await app.store.update(record.id, (there) => there ?? record);
  app.current = record.id;
  app.restored = record.id;
  app.say('Keys taken over.');
  app.go('code');
  return null;
}
