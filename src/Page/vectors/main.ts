import { runVectors } from './run';

const modules = import.meta.glob('../../../tests/Vectors/envelopes/*.json', { eager: true, import: 'default' });
const files = Object.fromEntries(Object.entries(modules).map(([path, content]) => [path.replace(/^.*\/|\.json$/g, ''), content]));

const verdicts = await runVectors(files);
const failed = verdicts.filter((verdict) => verdict.problem !== '');
document.getElementById('verdicts')?.append(
  ...verdicts.map(({ name, problem }) => {
    const item = document.createElement('li');
    item.dataset['vector'] = name;
    item.dataset['passed'] = String(problem === '');
    item.textContent = problem === '' ? name : `${name}: ${problem}`;
    return item;
  }),
);
const summary = document.getElementById('summary');
if (summary) {
  summary.textContent = `${verdicts.length - failed.length} passed, ${failed.length} failed`;
}
