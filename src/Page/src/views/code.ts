import { formatCode, parseCode } from '../formats/organizationCode';
import type { MemberRecord } from '../keys/record';
import { Camera, scanPicture } from '../scan/scan';
import type { App, View } from '../ui/app';
import { busy, button, card, el, field, paragraph } from '../ui/dom';
import { save } from '../ui/download';
import { fault, notice } from '../ui/notice';

/** The organization code: what the member trusts. */
export async function codeView(app: App, member: MemberRecord): Promise<View> {
  const trusted = member.trusted === null ? null : await formatCode(member.trusted);
  const entry = codeForm(app, member, trusted !== null);
  return {
    title: 'Organization code',
    nodes: [
      el('h1', {}, 'Organization code'),
      ...recoveryCard(app, member),
      trusted === null && app.restored === member.id ? whyAgain(member) : null,
      trusted === null
        ? paragraph(
            'Your administrator gives you this code: on paper, in person, on your intranet. Do not take it from this page’s provider. ',
            'It is how this page knows your organization’s own service, whatever it is told.',
          )
        : notice('good', 'Trusted', el('code', { id: 'trusted-code' }, trusted)),
      trusted === null ? card('', {}, entry.form) : el('details', { class: 'card' }, el('summary', {}, 'Trust another code'), entry.form),
    ],
    leave: entry.stop,
  };
}

function recoveryCard(app: App, member: MemberRecord): HTMLElement[] {
  const copy = app.recovery?.member === member.id ? app.recovery : null;
  if (copy === null) {
    return [];
  }
  const again = button('Save it again', 'save-recovery', () => save(copy), 'secondary');
  return [
    notice(
      'good',
      'Accepted',
      `Your recovery copy goes to your downloads: ${copy.fileName}. See that it is there; keep it where you will find it, and its passphrase elsewhere.`,
      again,
    ),
  ];
}

/** A file is no ground for trust, and it names the core that is asked next. */
function whyAgain(member: MemberRecord): HTMLElement {
  return notice(
    'info',
    'Enter the code again',
    'Your keys are here. The code does not come with them: only the keys in the file are sealed, and whoever could change the file could have put another code into it.',
    el('span', {}, 'Compare the address, too. The file says that your core is ', el('code', { id: 'named-core' }, member.core)),
  );
}

function codeForm(app: App, member: MemberRecord, replaces: boolean): { form: HTMLElement; stop: () => void } {
  const input = el('input', {
    id: 'organization-code',
    type: 'text',
    autocomplete: 'off',
    autocapitalize: 'none',
    spellcheck: 'false',
    placeholder: 'eec1-…',
    required: true,
  });
  const sure = el('input', { type: 'checkbox', id: 'replace-code', required: true });
  const faults = el('div');
  const submit = el('button', { type: 'submit', id: 'trust' }, 'Trust this code');
  const scanner = scanning(input, faults, app);
  const form = el(
    'form',
    {
      onsubmit: (event) => {
        event.preventDefault();
        void busy(submit, async () => {
          const problem = await trust(app, member.id, input.value.trim(), sure.checked);
          faults.replaceChildren(...(problem === null ? [] : [fault(problem)]));
        });
      },
    },
    field('Code', input, 'It begins with eec1- and has 53 characters; a typing error is noticed.'),
    scanner.node,
    replaces
      ? el(
          'div',
          { class: 'check' },
          sure,
          el(
            'label',
            { for: 'replace-code' },
            'My administrator gave me this code in place of the other. (An organization’s code does not change by itself.)',
          ),
        )
      : null,
    faults,
    el('div', { class: 'actions' }, submit),
  );
  return { form, stop: scanner.stop };
}

async function trust(app: App, id: string, text: string, replace: boolean): Promise<string | null> {
  const code = await parseCode(text);
  if (code.value === undefined) {
    return `The code ${code.error}. Nothing was changed.`;
  }
  const { value } = code;
  const before = (await app.store.read(id))?.trusted ?? null;
  if (before !== null && before !== value && !replace) {
    return 'Another code is trusted already. An organization’s code does not change by itself.';
  }
  await app.store.update(id, (present) => {
    if (present === null) {
      throw new Error('This membership was removed from this browser meanwhile.');
    }
    return { ...present, trusted: value };
  });
  app.say('The code is trusted.');
  app.go('groups');
  return null;
}

function scanning(input: HTMLInputElement, faults: HTMLElement, app: App): { node: HTMLElement; stop: () => void } {
  const video = el('video', { class: 'camera', playsinline: true, muted: true, hidden: true });
  const picture = el('input', {
    type: 'file',
    id: 'code-picture',
    accept: 'image/*',
    class: 'visually-hidden',
    tabindex: '-1',
    'aria-label': 'Picture with the code',
  });
  const stop = (): void => {
    camera.stop();
    video.hidden = true;
  };
  const take = (text: string | null): void => {
    stop();
    if (text === null) {
      faults.replaceChildren(fault('No code was found in the picture.'));
      return;
    }
    faults.replaceChildren();
    input.value = text;
    app.say('A code was read. Compare it, then trust it.');
    input.focus();
  };
  const camera = new Camera(video, take);
  const scan = button(
    'Scan with the camera',
    'scan-code',
    async () => {
      if (camera.wanted) {
        stop();
        return;
      }
      video.hidden = false;
      try {
        await camera.start();
      } catch {
        stop();
        faults.replaceChildren(fault('The camera cannot be used. Type the code, or take a picture of it.'));
      }
    },
    'secondary',
  );
  picture.addEventListener('change', () => {
    const file = picture.files?.[0];
    if (file !== undefined) {
      void scanPicture(file).then(take);
    }
  });
  const choose = button('From a picture', 'picture-code', () => picture.click(), 'secondary');
  return { node: el('div', {}, el('div', { class: 'actions' }, scan, choose, picture), video), stop };
}
