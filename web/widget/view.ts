import type { Shown, Unsent } from './chat.ts';
import type { Message } from './documents.ts';
import styles from './widget.css?inline';
import type { Words } from './words.ts';

export interface Acts {
  onOpen: () => void;
  onSeen: (isSeen: boolean) => void;
  onSend: (text: string) => void;
  onTyping: () => void;
}

export interface View {
  show: (shown: Shown) => void;
  open: () => void;
}

const LONGEST_TEXT = 4_000;

/** `light` is for a shop that has no dark pages. */
interface Manner {
  readonly words: Words;
  readonly language: string;
  readonly theme: string;
  readonly acts: Acts;
}

/** A button and a dialog in a shadow root: neither the shop's styles nor ours reach the other side. Text is only ever put in as text. */
export function openView({ words, language, theme, acts }: Manner): View {
  const host = make('punos-chat', { lang: language });
  host.setAttribute('theme', theme);
  const root = host.attachShadow({ mode: 'open', delegatesFocus: true });
  // A sheet made by script needs no `unsafe-inline` in the shop's content security policy.
  const sheet = new CSSStyleSheet();
  sheet.replaceSync(styles);
  root.adoptedStyleSheets = [sheet];

  const badge = make('span', { className: 'unread', hidden: true });
  const opener = make('button', { className: 'open', type: 'button' }, [words.open, badge]);
  opener.setAttribute('aria-haspopup', 'dialog');
  opener.setAttribute('part', 'button');
  const closer = make('button', { className: 'close', type: 'button', ariaLabel: words.close }, ['×']);
  const heading = make('h2', { id: 'title' }, [words.title]);
  const log = make('ol', { className: 'log', ariaLabel: words.log, tabIndex: 0 });
  const note = make('p', { className: 'note', hidden: true });
  const field = make('textarea', {
    dir: 'auto',
    ariaLabel: words.label,
    placeholder: words.label,
    maxLength: LONGEST_TEXT,
    rows: 1,
  });
  const sender = make('button', { className: 'send', type: 'submit' }, [words.send]);
  const form = make('form', {}, [field, sender]);
  const said = make('p', { className: 'said', ariaLive: 'polite' });
  const dialog = make('section', { className: 'dialog', hidden: true }, [
    make('header', {}, [heading, closer]),
    log,
    note,
    form,
  ]);
  dialog.setAttribute('role', 'dialog');
  dialog.setAttribute('part', 'dialog');
  dialog.setAttribute('aria-labelledby', 'title');
  root.append(opener, dialog, said);
  document.body.append(host);

  const rows = new Map<string, HTMLLIElement>();
  const seen = new Set<string>();
  let unread = 0;
  let isFilled = false;

  const isOpen = () => !dialog.hidden;
  const tellSeen = () => acts.onSeen(isOpen() && document.visibilityState === 'visible');
  const toggle = (open: boolean) => {
    dialog.hidden = !open;
    opener.hidden = open;
    if (open) {
      acts.onOpen();
      countUnread(0);
      log.scrollTop = log.scrollHeight;
      field.focus();
    } else opener.focus();
    tellSeen();
  };
  const countUnread = (count: number) => {
    unread = count;
    badge.hidden = count === 0;
    badge.textContent = String(count);
    badge.ariaLabel = `${count} ${words.unread}`;
  };
  const submit = () => {
    const text = field.value.trim();
    if (!text) return;
    field.value = '';
    acts.onSend(text);
    log.scrollTop = log.scrollHeight;
  };

  opener.addEventListener('click', () => toggle(true));
  closer.addEventListener('click', () => toggle(false));
  document.addEventListener('visibilitychange', tellSeen);
  dialog.addEventListener('keydown', (event) => {
    // The shop's own shortcuts are not for what is typed here.
    event.stopPropagation();
    if (event.key === 'Escape') toggle(false);
  });
  field.addEventListener('keydown', (event) => {
    if (event.key !== 'Enter' || event.shiftKey || event.isComposing) return;
    event.preventDefault();
    submit();
  });
  field.addEventListener('input', acts.onTyping);
  form.addEventListener('submit', (event) => {
    event.preventDefault();
    submit();
  });

  function show(shown: Shown): void {
    const isAtEnd = log.scrollHeight - log.scrollTop - log.clientHeight < 80;
    const wanted = [
      ...shown.messages.map((message) => [message.id, message] as const),
      ...shown.unsent.map((message) => [message.id, message] as const),
    ];
    const ids = new Set(wanted.map(([id]) => id));
    for (const [id, row] of rows)
      if (!ids.has(id)) {
        row.remove();
        rows.delete(id);
      }
    let before: ChildNode | null = log.firstChild;
    for (const [id, message] of wanted) {
      const row = rows.get(id) ?? rowOf(message, words, language);
      rows.set(id, row);
      if (row === before) before = row.nextSibling;
      else log.insertBefore(row, before);
    }
    announce(shown.messages);
    const sentence = noteOf(shown, words, language);
    note.hidden = sentence === null;
    if (note.textContent !== sentence) note.textContent = sentence;
    if (isAtEnd) log.scrollTop = log.scrollHeight;
  }

  /** What was there when the page came is history; only what comes later is read aloud. */
  function announce(messages: readonly Message[]): void {
    const fresh = messages.filter(({ id, direction }) => direction === 'OUTBOUND' && !seen.has(id));
    for (const { id } of messages) seen.add(id);
    if (isFilled && fresh.length > 0) {
      said.textContent = fresh.map((message) => `${nameOf(message, words)}: ${message.text}`).join('\n');
      if (!isOpen()) countUnread(unread + fresh.length);
    }
    isFilled = true;
  }

  return { show, open: () => toggle(true) };
}

function rowOf(message: Message | Unsent, words: Words, language: string): HTMLLIElement {
  const text = make('div', { className: 'text', dir: 'auto' }, [message.text]);
  text.setAttribute('part', 'message');
  if (!('direction' in message)) {
    const row = make('li', { className: 'mine unsent' }, [make('span', { className: 'who' }, [words.sending]), text]);
    // A message that goes out at once never says so; one that waits says why.
    setTimeout(() => row.isConnected && (row.querySelector('.who')!.textContent = words.notSent), 4_000);
    return row;
  }
  const at = new Intl.DateTimeFormat(language, { hour: '2-digit', minute: '2-digit' });
  const isElsewhere = message.inbox !== null && message.inbox.channel !== 'LIVE_CHAT';
  const who = [
    nameOf(message, words),
    at.format(new Date(message.occurredAt)),
    ...(isElsewhere ? [words.earlier] : []),
  ].join(' · ');
  const className = message.direction === 'INBOUND' ? 'mine' : 'theirs';
  return make('li', { className }, [make('span', { className: 'who' }, [who]), text]);
}

const nameOf = ({ direction, authorKind }: Message, words: Words) =>
  direction === 'INBOUND' ? words.you : authorKind === 'BOT' ? words.bot : words.us;

/** The one line below the messages: what matters most now. */
function noteOf(shown: Shown, words: Words, language: string): string | null {
  const { isRefused, isConnected, unsent, typist, messages, status, hours } = shown;
  if (isRefused) return words.refused;
  if (!isConnected && (messages.length > 0 || unsent.length > 0)) return words.offline;
  if (typist) return `${typist === 'BOT' ? words.bot : words.us} ${words.typing}`;
  const newest = messages.at(-1);
  const isAnswered = newest?.direction === 'OUTBOUND';
  if (status === 'RESOLVED' && unsent.length === 0) return words.resolved;
  if (!isAnswered && hours && !hours.isOpenNow) {
    if (!hours.opensAt) return words.closed;
    const format = new Intl.DateTimeFormat(language, { weekday: 'long', hour: '2-digit', minute: '2-digit' });
    return words.opens.replace('{when}', format.format(new Date(hours.opensAt)));
  }
  if (!newest && unsent.length === 0) return words.hello;
  return newest && !isAnswered ? words.waiting : null;
}

function make<Tag extends string>(
  tag: Tag,
  properties: Record<string, unknown> = {},
  children: readonly (Node | string)[] = [],
): Tag extends keyof HTMLElementTagNameMap ? HTMLElementTagNameMap[Tag] : HTMLElement {
  const element = document.createElement(tag);
  Object.assign(element, properties);
  element.append(...children);
  return element as never;
}
