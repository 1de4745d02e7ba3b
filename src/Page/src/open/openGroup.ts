import { group as fetchGroup } from '../calls/memberClient';
import type { CoreAnswer } from '../calls/problem';
import { parseStatement, type Statement } from '../formats/statement';
import type { MemberRecord } from '../keys/record';
import type { MemberStore } from '../keys/store';
import { join, type KnownGroup, knownAfter, newer } from '../trust/memory';
import { open } from './opener';
import type { OpenResult } from './result';

/** What asking for a group came to. */
export interface GroupOpening {
  /** The core's word. */
  readonly displayName: string;
  /** One of the four outcomes; null: the core has nothing to open yet, which is none of them. */
  readonly result: OpenResult | null;
  /** All verified statements that are at hand, head last; empty unless opened. */
  readonly statements: readonly Statement[];
}

/** Asks for a group and opens its vault key. What was verified is stored before the key is handed out. */
export async function openGroup(store: MemberStore, id: string, group: string): Promise<CoreAnswer<GroupOpening>> {
  const member = await store.read(id);
  if (member === null) {
    throw new Error('This membership is no longer in this browser.');
  }
  const known = member.groups[group] ?? null;
  const answer = await fetchGroup(member, group, known);
  if (!answer.value) {
    return answer;
  }
  const { displayName, envelope, proof, certificates, statements } = answer.value;
  if (envelope === null || proof === null) {
    return { value: { displayName, result: null, statements: [] } };
  }
  const result = await open({
    organization: member.organization,
    group,
    member: member.member,
    keys: member.keys,
    pinned: member.trusted,
    memory: known,
    leastGeneration: Math.max(0, ...Object.values(member.groups).map((each) => each.generation)),
    envelope,
    statements: await fromTheKnownHead(known, statements),
    proof,
    certificates,
  });
  if (result.outcome !== 'opened') {
    return { value: { displayName, result, statements: [] } };
  }
  try {
    const remembered = await knownAfter(result.memory, known, result.statements);
    await store.update(id, (present) => remember(own(present), group, remembered));
    return { value: { displayName, result, statements: await join(known, result.statements) } };
  } catch (error) {
    result.key.destroy();
    throw error;
  }
}

/** What came, with the remembered head before it if that is where it begins; if not, opening says best what is wrong with it. */
async function fromTheKnownHead(known: KnownGroup | null, statements: readonly string[]): Promise<readonly string[]> {
  const head = known?.statements.at(-1);
  if (known === null || head === undefined) {
    return statements;
  }
  const first = statements[0] === undefined ? null : (await parseStatement(statements[0])).value;
  return first === null || first?.previous === known.hash ? [head, ...statements] : statements;
}

function remember(member: MemberRecord, group: string, known: KnownGroup): MemberRecord {
  return { ...member, groups: { ...member.groups, [group]: newer(member.groups[group], known) } };
}

function own(present: MemberRecord | null): MemberRecord {
  if (present === null) {
    throw new Error('This membership was removed from this browser meanwhile.');
  }
  return present;
}
