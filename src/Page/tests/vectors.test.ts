import { readdirSync, readFileSync } from 'node:fs';
import { expect, test } from 'vitest';
import { runVectors } from '../vectors/run';

const folder = new URL('../../../tests/Vectors/envelopes/', import.meta.url);
const files = Object.fromEntries(
  readdirSync(folder)
    .filter((name) => name.endsWith('.json'))
    .map((name) => [name.slice(0, -'.json'.length), JSON.parse(readFileSync(new URL(name, folder), 'utf8')) as unknown]),
);
const verdicts = await runVectors(files);

test('there are vectors for every outcome', () => {
  const outcomes = new Set(Object.values(files).map((file) => (file as { expect?: { outcome: string } }).expect?.outcome));
  expect([...outcomes].sort()).toEqual(['forged', 'not-for-me', 'opened', 'unverified', undefined]);
});

test.each(verdicts)('$name has the outcome that it says', ({ problem }) => {
  expect(problem).toBe('');
});

test('a run without vectors fails', async () => {
  expect(await runVectors({})).toEqual([{ name: 'the files', problem: 'no vectors were found' }]);
});
