import { readdirSync, readFileSync } from 'node:fs';
import { expect, test } from 'vitest';

const root = new URL('../src/', import.meta.url);
const files = (readdirSync(root, { recursive: true }) as string[]).filter((file) => file.endsWith('.ts') && !file.endsWith('.d.ts'));
const imports = files.flatMap((file) =>
  [...readFileSync(new URL(file, root), 'utf8').matchAll(/(?:from|import\() ?'([^']+)'/g)].map((match) => ({ file, from: match[1] ?? '' })),
);

/** The folder that a relative import leads to; other modules by their name. */
const folderOf = ({ file, from }: { file: string; from: string }): string =>
  from.startsWith('.') ? (new URL(from, new URL(file, root)).pathname.slice(root.pathname.length).split('/').at(-2) ?? '') : from;

test('there is something to look at', () => expect(imports.length).toBeGreaterThan(100));

test('formats import from nowhere else', () => {
  expect(imports.filter((entry) => entry.file.startsWith('formats/') && folderOf(entry) !== 'formats')).toEqual([]);
});

test('nothing but views, their pieces and main knows views', () => {
  const outside = imports.filter(({ file }) => !/^(views|ui)\/|^main\.ts$/.test(file));
  expect(outside.filter((entry) => ['views', 'ui'].includes(folderOf(entry)))).toEqual([]);
});

test('no markup is made of text', () => {
  const sinks = /innerHTML|outerHTML|insertAdjacentHTML|document\.write|\beval\(|new Function|\.srcdoc/;
  expect(files.filter((file) => sinks.test(readFileSync(new URL(file, root), 'utf8')))).toEqual([]);
});

test('what reaches a member comes from three places', () => {
  const names = new Set(imports.map(folderOf).filter((name) => name.startsWith('@') || name.startsWith('qr')));
  expect([...names].sort()).toEqual(['@hpke/chacha20poly1305', '@hpke/core', 'qr/decode.js']);
});
