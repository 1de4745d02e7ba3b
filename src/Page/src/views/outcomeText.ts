import type { OpenOutcome, OpenReason } from '../open/result';

const doNotUse = 'Do not use this group until your administrator has found out why; trying again does no harm.';

/** The outcomes in words for a person: what it is. */
export const headlines: Readonly<
  Record<OpenOutcome | 'nothing-yet', { readonly word: string; readonly text: string; readonly kind: 'good' | 'info' | 'warn' | 'bad' }>
> = {
  opened: { word: 'Opened', text: 'The vault key is good: every proof that goes with it holds.', kind: 'good' },
  'not-for-me': {
    word: 'Not for me',
    text: 'What the core gave out is sealed to somebody else, or to another key of yours.',
    kind: 'info',
  },
  unverified: {
    word: 'Unverified',
    text: 'It cannot be said whether this key comes from your organization’s service, so it is not handed out.',
    kind: 'warn',
  },
  forged: {
    word: 'Forged',
    text: 'What the core gave out is not what your organization’s service made. No key is handed out.',
    kind: 'bad',
  },
  'nothing-yet': {
    word: 'Nothing yet',
    text: 'There is no envelope for you yet, or no proof to check it with. That is usual for some minutes after you joined.',
    kind: 'info',
  },
};

/** What to do about it. */
export const explanations: Readonly<Record<OpenReason, string>> = {
  'other-member': 'The envelope names another member. Is this the right membership? If so, tell your administrator.',
  'other-key':
    'The envelope is for another key than this browser has. After new keys, wait until the service has sealed again; ' +
    'otherwise look for the browser or file with the other key.',
  'nothing-pinned':
    'No organization code is trusted yet. Get it from your administrator, not from the core, and enter it under Organization code.',
  'no-certificate': 'The core gave no certificate for the identity that signed. Try again later; if it stays, tell your administrator.',
  'envelope-malformed': `The envelope is no envelope. ${doNotUse}`,
  'certificate-invalid': `A certificate is not by the organization key that you trust. Compare the trusted code with your administrator’s. ${doNotUse}`,
  'statement-malformed': `A statement about the group does not parse, or there is none. ${doNotUse}`,
  'other-group': `The statements are about another group. ${doNotUse}`,
  'chain-broken': `The statements do not follow one another from where this browser remembers the group. ${doNotUse}`,
  'rolled-back': `The core shows an older state of the group than this browser has seen. ${doNotUse}`,
  forked: `The core shows another history of the group than this browser has seen. ${doNotUse}`,
  'signature-invalid': `A signature does not verify. ${doNotUse}`,
  'group-ended': `The group has ended: its last statement says so, and no envelope goes with that. ${doNotUse}`,
  'envelope-moved': `The envelope belongs to another group or epoch. ${doNotUse}`,
  'suite-downgraded': `The envelope uses a weaker algorithm than this group had, or one that is not allowed. ${doNotUse}`,
  'not-in-roster': `The service’s signed list of members does not have you with these keys. ${doNotUse}`,
  'does-not-open': `The envelope does not open with your key. ${doNotUse}`,
  'commitment-mismatch': `The envelope holds another key than the one that the service committed to. ${doNotUse}`,
};
