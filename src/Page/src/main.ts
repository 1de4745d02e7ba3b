import './style.css';
import { isToken } from './calls/invitationLink';
import { parseAddress } from './calls/coreAddress';
import { whyNoKeys } from './keys/make';
import { openStore } from './keys/store';
import { type App, currentMember, type View } from './ui/app';
import { footer, navigation, place, show } from './ui/frame';
import { notice } from './ui/notice';
import { codeView } from './views/code';
import { groupView } from './views/group';
import { groupsView } from './views/groups';
import { joinView } from './views/join';
import { keysView } from './views/keys';
import { restoreView } from './views/restore';
import { startView } from './views/start';
import { unableView } from './views/unable';

let turn = 0;

/** The route behind `#/`; an invitation's token is taken out of the address bar and kept in memory. */
function readAddress(app: App): string {
  const hash = location.hash.slice(1);
  if (isToken(hash)) {
    const core = parseAddress(location.origin);
    app.invitation = core.value === undefined ? null : { core: core.value, token: hash };
    history.replaceState(null, '', '#/join');
    return 'join';
  }
  // What stands behind # and is neither a route nor a whole token is a link that lost something on its way.
  if (hash !== '' && !hash.startsWith('/')) {
    history.replaceState(null, '', '#/start');
    return 'start/damaged';
  }
  return hash.startsWith('/') ? hash.slice(1) : '';
}

async function viewOf(app: App, route: string): Promise<View> {
  const [page, argument = ''] = route.split('/');
  if (page === 'join' && app.invitation !== null) {
    return joinView(app);
  }
  if (page === 'restore') {
    return restoreView(app);
  }
  const members = await app.store.list();
  app.current ??= members.length === 1 && page !== 'start' ? (members[0]?.id ?? null) : null;
  const member = await currentMember(app);
  if (member === null || page === 'start') {
    return startView(app, members, argument === 'damaged');
  }
  switch (page) {
    case 'code':
      return codeView(app, member);
    case 'keys':
      return keysView(app, member);
    case 'group':
      return groupView(app, member, argument);
    default:
      return groupsView(app, member);
  }
}

async function render(app: App): Promise<void> {
  const route = readAddress(app);
  const mine = ++turn;
  show(place('Loading…'));
  const view = await viewOf(app, route).catch((error: unknown): View => ({
    title: 'Something went wrong',
    nodes: [notice('bad', 'Something went wrong', error instanceof Error ? error.message : 'Try again.')],
  }));
  // Somebody was faster: what was opened meanwhile is closed again.
  if (mine !== turn) {
    view.leave?.();
    return;
  }
  navigation(app.current === null ? null : route);
  show(view);
}

async function start(): Promise<void> {
  footer();
  const why = await whyNoKeys();
  if (why !== null) {
    show(unableView(why));
    return;
  }
  const status = document.getElementById('status');
  const app: App = {
    store: await openStore(location.protocol),
    invitation: null,
    recovery: null,
    restored: null,
    current: null,
    go: (route) => {
      if (location.hash === `#/${route}`) {
        void render(app);
      } else {
        location.hash = `/${route}`;
      }
    },
    say: (text) => {
      if (status) {
        status.textContent = text;
      }
    },
  };
  addEventListener('hashchange', () => void render(app));
  addEventListener('pagehide', () => show(place('')));
  addEventListener('pageshow', (event) => event.persisted && void render(app));
  await render(app);
}

void start();
