import { parseAddress } from '../calls/coreAddress';
import { isId } from '../formats/ids';
import { type Parsed, parsed, wrong } from '../formats/parsed';
import { StrictJson } from '../formats/strictJson';
import { type KnownGroup, readKnown } from '../trust/memory';
import { type KeyBox, openBox, readBox, writeBox } from './keyBox';
import { type MemberRecord, recordId } from './record';

/** The member's file (member.md, section 8): a recovery copy, and what `eec` writes. */
export interface MemberFile {
  readonly core: string;
  readonly organization: string;
  readonly member: string;
  readonly coreId: string;
  /** What the file says is trusted; never taken over. */
  readonly trusted: string | null;
  readonly keys: KeyBox;
  readonly groups: Readonly<Record<string, KnownGroup>>;
}

const maxFile = 4 * 1024 * 1024;
const maxStatement = 16_384;

/** The file's content. */
export function writeMemberFile(file: MemberFile): string {
  const { core, organization, member, coreId, trusted, keys, groups } = file;
  return JSON.stringify({
    version: 1,
    core,
    organization,
    member,
    coreId,
    ...(trusted === null ? {} : { trusted }),
    keys: writeBox(keys),
    groups,
  });
}

/** Reads a file's content. The error holds no secret. */
export async function readMemberFile(text: string): Promise<Parsed<MemberFile>> {
  const json = text.length > maxFile ? wrong<StrictJson>('it is longer than a member’s file') : StrictJson.read(text);
  if (!json.value) {
    return wrong('it is no member’s file');
  }
  const members = json.value;
  members.check(members.number('version') === 1, 'version', 'must be 1');
  const core = parseAddress(members.text('core'));
  members.check(core.value !== undefined, 'core', core.error ?? '');
  if (members.has('newKeys')) {
    return wrong('new keys are on their way in it: let eec member rotate-key finish first');
  }
  const file: MemberFile = {
    core: core.value ?? '',
    organization: members.id('organization'),
    member: members.id('member'),
    coreId: members.text('coreId', 512),
    trusted: members.digestOrAbsent('trusted'),
    keys: readBox(members.nested('keys')),
    groups: readGroups(members.nested('groups')),
  };
  const problem = members.finish();
  return problem === null ? verifyGroups(file) : wrong(`its ${problem}`);
}

/** The record of a file whose keys this passphrase opens; null for another passphrase. It trusts nothing yet: only the keys are sealed, the rest is anybody's word. */
export async function recordOf(file: MemberFile, passphrase: string): Promise<MemberRecord | null> {
  const keys = await openBox(file.keys, passphrase, file.organization, file.member);
  const { core, organization, member, coreId, groups } = file;
  return keys && { id: recordId(core, organization, member), core, organization, member, coreId, trusted: null, keys, groups, title: '' };
}

function readGroups(json: StrictJson): Record<string, KnownGroup> {
  const groups: Record<string, KnownGroup> = {};
  for (const name of json.names()) {
    const group = json.nested(name);
    json.check(isId(name), '?', 'is no id of a group');
    groups[name] = {
      revision: group.number('revision', 1),
      hash: group.digest('hash'),
      epoch: group.number('epoch'),
      generation: group.number('generation'),
      suite: group.suite('suite').name,
      statements: group.texts('statements', 100_000, maxStatement),
    };
    group.finish();
  }
  json.finish();
  return groups;
}

async function verifyGroups(file: MemberFile): Promise<Parsed<MemberFile>> {
  try {
    for (const known of Object.values(file.groups)) {
      if ((await readKnown(known)).at(-1)?.jws.hash !== known.hash) {
        return wrong('what it remembers of a group does not fit together');
      }
    }
    return parsed(file);
  } catch {
    return wrong('what it remembers of a group is malformed');
  }
}
