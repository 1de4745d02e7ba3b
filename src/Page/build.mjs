// Builds the page (artifacts/page: as the core serves it, and in one file), and what tests run of it (artifacts/page-vectors).
import { createHash } from 'node:crypto';
import { mkdirSync, rmSync, writeFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { build } from 'vite';

const root = fileURLToPath(new URL('.', import.meta.url));
const out = (name) => fileURLToPath(new URL(`../../artifacts/${name}`, import.meta.url));
// @hpke falls back to Node's module where there is no global crypto. Here there always is one.
const globalCrypto = {
  name: 'global-crypto',
  enforce: 'pre',
  resolveId: (id) => (id === 'crypto' ? '\0crypto' : null),
  load: (id) => (id === '\0crypto' ? 'export const webcrypto = globalThis.crypto;' : null),
};
const common = { root, configFile: false, logLevel: 'warn', publicDir: false, plugins: [globalCrypto] };
const shape = {
  target: 'es2022',
  modulePreload: false,
  assetsDir: '',
  assetsInlineLimit: 0,
  reportCompressedSize: false,
  emptyOutDir: true,
};

/** As the core serves it: scripts and styles are files with a hash in their names. */
async function served() {
  await build({ ...common, base: '/page/', define: { __SAVED__: 'false' }, build: { ...shape, outDir: out('page') } });
}

/** Everything in one file, with a policy that names its own scripts and styles by their hashes. */
async function saved() {
  const { output } = await build({
    ...common,
    base: './',
    define: { __SAVED__: 'true' },
    build: { ...shape, write: false, cssCodeSplit: false, rolldownOptions: { output: { codeSplitting: false } } },
  });
  const text = (end) => {
    const found = output.filter((file) => file.fileName.endsWith(end));
    if (found.length !== 1) {
      throw new Error(`The page of one file has ${found.length} files that end with ${end}.`);
    }
    return found[0].code ?? String(found[0].source);
  };
  // Neither may end its element early.
  const script = text('.js').replaceAll('</script', '<\\/script').replaceAll('<!--', '<\\!--');
  const style = text('.css').replaceAll('</style', '<\\/style');
  const hash = (content) => `'sha256-${createHash('sha256').update(content).digest('base64')}'`;
  const policy = [
    "default-src 'none'",
    `script-src ${hash(script)}`,
    `style-src ${hash(style)}`,
    'connect-src https: http://localhost:* http://127.0.0.1:*',
    'img-src data: blob:',
    "base-uri 'none'",
    "form-action 'none'",
    "require-trusted-types-for 'script'",
    "trusted-types 'none'",
  ].join('; ');
  const page = text('.html')
    .replace(/<script type="module"[^>]*><\/script>\s*/, '')
    .replace(/<link rel="stylesheet"[^>]*>\s*/, '')
    .replace('<meta charset="utf-8">', (charset) => `${charset}\n<meta http-equiv="Content-Security-Policy" content="${policy}">`)
    .replace('</head>', () => `<style>${style}</style>\n</head>`)
    .replace('</body>', () => `<script type="module">${script}</script>\n</body>`);
  if (/\ssrc=|rel="stylesheet"/.test(page.replace(script, ''))) {
    throw new Error('The page of one file still names another one.');
  }
  writeFileSync(`${out('page')}/page.html`, page);
}

/** The vectors in a browser, and a program for the tests of recovery copies. */
async function forTests() {
  await build({
    ...common,
    root: `${root}vectors`,
    base: './',
    define: { __SAVED__: 'true' },
    build: { ...shape, outDir: out('page-vectors') },
  });
  await build({
    ...common,
    define: { __SAVED__: 'true' },
    build: {
      ...shape,
      emptyOutDir: false,
      outDir: out('page-vectors'),
      ssr: `${root}vectors/recovery.ts`,
      rolldownOptions: { output: { entryFileNames: 'recovery.mjs' } },
    },
    ssr: { noExternal: true },
  });
}

for (const name of ['page', 'page-vectors']) {
  rmSync(out(name), { recursive: true, force: true });
  mkdirSync(out(name), { recursive: true });
}
await served();
await saved();
await forTests();
