import { parseStatement, type Statement } from '../formats/statement';
import { findSuite, type Suite } from '../formats/suites';

/** What a client remembers of a group, so that nobody can take it back (envelope.md, section 11). */
export interface GroupMemory {
  readonly revision: number;
  readonly hash: string;
  readonly epoch: number;
  /** Generation of the identity that signed the head. */
  readonly generation: number;
  /** Strongest suite seen for the group. */
  readonly suite: Suite['name'];
}

/** Memory of a group, and what it takes to read older keys: verified statements, compact, the last one of each epoch, the head last. */
export interface KnownGroup extends GroupMemory {
  readonly statements: readonly string[];
}

/** What is known once further statements, which begin at or continue the head that was known, are verified. */
export async function knownAfter(memory: GroupMemory, before: KnownGroup | null, verified: readonly Statement[]): Promise<KnownGroup> {
  const lastOfEpoch = new Map<number, string>();
  for (const statement of await join(before, verified)) {
    // Deleted first: a map keeps the place of the first, and the order here is that of the last.
    lastOfEpoch.delete(statement.epoch);
    lastOfEpoch.set(statement.epoch, statement.jws.compact);
  }
  return { ...memory, statements: [...lastOfEpoch.values()] };
}

/** The known statements and those that follow, each revision once. */
export async function join(before: KnownGroup | null, verified: readonly Statement[]): Promise<Statement[]> {
  const first = verified[0]?.revision ?? 0;
  return [...(await readKnown(before)).filter((statement) => statement.revision < first), ...verified];
}

/** The remembered statements; what this page stored itself and cannot read is no state to go on from. */
export async function readKnown(known: KnownGroup | null): Promise<Statement[]> {
  return Promise.all(
    (known?.statements ?? []).map(async (text) => {
      const statement = await parseStatement(text);
      if (!statement.value) {
        throw new Error(`A remembered statement ${statement.error}.`);
      }
      return statement.value;
    }),
  );
}

/** The newer of two memories of one group: nothing goes back. */
export function newer(present: KnownGroup | undefined, next: KnownGroup): KnownGroup {
  return present !== undefined && present.revision > next.revision ? present : next;
}

/** Strength of the strongest suite seen; 0 where nothing is remembered. */
export const strengthOf = (memory: GroupMemory | null): number => (memory === null ? 0 : (findSuite(memory.suite)?.strength ?? 0));

/** The stronger of what is remembered and what was seen now. */
export function strongest(memory: GroupMemory | null, seen: Suite): Suite['name'] {
  return memory !== null && strengthOf(memory) > seen.strength ? memory.suite : seen.name;
}
