// Makes events.jsonl and expected.json: six months of an invented firm with 40 people and 14 groups. Same output every time.
// Run: node tests/Hammer/sample/make.mjs
import { writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';

const folder = dirname(fileURLToPath(import.meta.url));
const names = ['everybody', 'board', 'accounts', 'payroll', 'sales', 'support', 'platform', 'mobile', 'security', 'legal', 'office', 'interns', 'audit-2025', 'launch'];
const lines = [];
const users = new Set();
const groups = new Map();
let seed = 20250106;
let day = 0;

// Park and Miller's generator: enough for a sample.
const below = bound => {
  seed = (seed * 48271) % 2147483647;
  return seed % bound;
};
const pick = set => [...set][below(set.size)];
const id = (letter, number) => `${letter}${String(number).padStart(4, '0')}`;
const at = () => new Date(Date.UTC(2025, 0, 6 + day, 9, 0, 0)).toISOString().replace('.000Z', 'Z');
const write = (op, rest) => lines.push(JSON.stringify({ at: at(), op, ...rest }));

const addUser = number => {
  users.add(id('u', number));
  write('user.add', { user: id('u', number) });
};
const addGroup = index => {
  const group = id('g', index + 1);
  groups.set(group, { name: names[index], members: new Set(), owners: new Set() });
  write('group.add', { group, name: names[index] });
};
const enter = (group, user, role) => {
  const roster = groups.get(group);
  if (!roster.members.has(user) && !roster.owners.has(user)) {
    roster[`${role}s`].add(user);
    write(`${role}.add`, { user, group });
  }
};
const leave = (group, user) => {
  for (const role of ['member', 'owner']) {
    if (groups.get(group)[`${role}s`].delete(user)) {
      write(`${role}.remove`, { user, group });
    }
  }
};
const rosterOf = group => new Set([...groups.get(group).members, ...groups.get(group).owners]);

// The first day: an existing directory is connected.
for (let number = 1; number <= 30; number++) {
  addUser(number);
}
for (let index = 0; index < 10; index++) {
  addGroup(index);
  enter(id('g', index + 1), pick(users), 'owner');
}
for (const user of users) {
  enter('g0001', user, 'member');
  enter(id('g', 2 + below(9)), user, 'member');
}

// Then people come, move and leave.
let nextUser = 31;
let nextGroup = 10;
while (lines.length < 280) {
  day += 1 + below(3);
  const dice = below(10);
  const group = pick(new Set(groups.keys()));
  if (dice === 0 && nextUser <= 40) {
    addUser(nextUser);
    enter('g0001', id('u', nextUser), 'member');
    enter(group, id('u', nextUser), 'member');
    nextUser++;
  } else if (dice === 1 && nextGroup < names.length) {
    addGroup(nextGroup++);
  } else if (dice <= 5) {
    enter(group, pick(users), 'member');
  } else if (dice <= 8 && rosterOf(group).size > 2) {
    leave(group, pick(rosterOf(group)));
  } else if (groups.get(group).members.size > 0) {
    const promoted = pick(groups.get(group).members);
    leave(group, promoted);
    enter(group, promoted, 'owner');
  }
}

// One group is renamed, one is emptied and removed, one person leaves for good.
day += 2;
groups.get('g0005').name = 'sales-europe';
write('group.rename', { group: 'g0005', name: 'sales-europe' });
for (const user of rosterOf('g0010')) {
  leave('g0010', user);
}
write('group.remove', { group: 'g0010' });
groups.delete('g0010');
day += 1;
for (const group of groups.keys()) {
  leave(group, 'u0003');
}
users.delete('u0003');
write('user.remove', { user: 'u0003' });

const sorted = set => [...set].sort();
const end = {
  users: sorted(users),
  groups: Object.fromEntries([...groups].map(([group, { name, members, owners }]) => [group, { name, members: sorted(members), owners: sorted(owners) }])),
};
writeFileSync(join(folder, 'events.jsonl'), lines.join('\n') + '\n');
writeFileSync(join(folder, 'expected.json'), JSON.stringify(end) + '\n');
console.log(`${lines.length} lines`);
