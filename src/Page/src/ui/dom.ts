type Child = Node | string | null;

/** Properties of an element: attributes by their names, `on…` for listeners, `true` for attributes without a value. */
export type Properties = Readonly<Record<string, string | boolean | number | ((event: Event) => unknown)>>;

/** Makes an element. Text is set as text, never as markup. */
export function el<K extends keyof HTMLElementTagNameMap>(
  tag: K,
  properties: Properties = {},
  ...children: readonly Child[]
): HTMLElementTagNameMap[K] {
  const element = document.createElement(tag);
  for (const [name, value] of Object.entries(properties)) {
    if (typeof value === 'function') {
      element.addEventListener(name.slice(2), (event) => void value(event));
    } else if (value !== false) {
      element.setAttribute(name, value === true ? '' : String(value));
    }
  }
  element.append(...children.filter((child) => child !== null));
  return element;
}

/** A card with a heading. */
export function card(heading: string, properties: Properties, ...children: readonly Child[]): HTMLElement {
  return el('section', { class: 'card', ...properties }, heading === '' ? null : el('h2', {}, heading), ...children);
}

export const paragraph = (...children: readonly Child[]): HTMLElement => el('p', {}, ...children);

export const button = (text: string, id: string, onclick: (event: Event) => unknown, kind = ''): HTMLButtonElement =>
  el('button', { type: 'button', id, class: kind, onclick }, text);

/** A label, its field, and what may be said about it. */
export function field(label: string, input: HTMLInputElement | HTMLTextAreaElement | HTMLSelectElement, hint = ''): HTMLElement {
  const hintId = `${input.id}-hint`;
  if (hint !== '') {
    input.setAttribute('aria-describedby', hintId);
  }
  return el(
    'div',
    { class: 'field' },
    el('label', { for: input.id }, label),
    input,
    hint === '' ? null : el('p', { id: hintId, class: 'hint' }, hint),
  );
}

/** Names and values. */
export function facts(rows: readonly (readonly [name: string, value: string, code?: boolean])[]): HTMLElement {
  const list = el('dl', { class: 'facts' });
  for (const [name, value, code] of rows) {
    list.append(el('dt', {}, name), code === true ? el('dd', {}, el('code', {}, value)) : el('dd', {}, value));
  }
  return list;
}

/** Keeps a button from being pressed twice while something goes on, whatever comes of it. */
export async function busy(pressed: HTMLButtonElement, work: () => Promise<void>): Promise<void> {
  if (pressed.getAttribute('aria-busy') === 'true') {
    return;
  }
  pressed.setAttribute('aria-busy', 'true');
  try {
    await work();
  } finally {
    pressed.removeAttribute('aria-busy');
  }
}
