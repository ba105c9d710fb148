import { type KeyboardEvent, useEffect, useRef } from 'react';

import type { Entry } from './shapes.ts';
import { useGlide } from './use-glide.ts';
import { capital, channelName, inWords, shortTime } from './words.ts';

interface ConversationListProps {
  entries: readonly Entry[] | null;
  touched: string | null;
  chosen: string | null;
  /** The page chooses what moves. */
  following: boolean;
  onFollow: (following: boolean) => void;
  /** The arrows moved the choice. */
  onChoose: (id: string) => void;
  /** Somebody wants to read this one: a click, Enter. */
  onOpen: (id: string) => void;
}

/** A listbox: the arrows move the choice, which follows its conversation and not its place. */
export function ConversationList(props: ConversationListProps) {
  const { entries, touched, chosen, following, onFollow, onChoose, onOpen } = props;
  const list = useRef<HTMLUListElement>(null);
  useGlide(list, entries);

  // Only the own choice scrolls, never a row that moved by itself.
  const choose = (id: string) => {
    onChoose(id);
    document.getElementById(id)?.scrollIntoView({ block: 'nearest' });
  };

  const press = (event: KeyboardEvent) => {
    if (!entries?.length) return;
    const at = entries.findIndex(({ id }) => id === chosen);
    const last = entries.length - 1;
    const to = { ArrowDown: Math.min(at + 1, last), ArrowUp: Math.max(at - 1, 0), Home: 0, End: last }[event.key];
    if (to !== undefined) {
      event.preventDefault();
      choose(entries[to]!.id);
    } else if (event.key === 'Enter' && chosen !== null) {
      event.preventDefault();
      onOpen(chosen);
    }
  };

  return (
    <section className="list" aria-labelledby="list-title">
      <header>
        <h2 id="list-title">Conversations</h2>
        <label>
          <input type="checkbox" checked={following} onChange={(event) => onFollow(event.target.checked)} />
          Follow what moves
        </label>
      </header>
      {entries?.length === 0 && <p className="empty">No conversation yet. It appears here when a message comes in.</p>}
      <ul
        ref={list}
        role="listbox"
        aria-labelledby="list-title"
        aria-busy={entries === null}
        aria-activedescendant={entries?.some(({ id }) => id === chosen) ? (chosen ?? undefined) : undefined}
        tabIndex={0}
        onKeyDown={press}
      >
        {entries?.map((entry) => (
          <Row
            key={entry.id}
            entry={entry}
            touched={entry.id === touched}
            chosen={entry.id === chosen}
            onOpen={() => onOpen(entry.id)}
          />
        ))}
      </ul>
    </section>
  );
}

interface RowProps {
  entry: Entry;
  touched: boolean;
  chosen: boolean;
  onOpen: () => void;
}

function Row({ entry, touched, chosen, onOpen }: RowProps) {
  const light = useRef<HTMLSpanElement>(null);
  const words = entry.newest?.text;
  useEffect(() => {
    if (!touched) return;
    light.current?.getAnimations().forEach((animation) => {
      animation.cancel();
      animation.play();
    });
  }, [touched, entry.lastMessageAt, words]);

  return (
    <li id={entry.id} role="option" aria-selected={chosen} data-touched={touched} onClick={onOpen}>
      <span className="light" ref={light} aria-hidden="true" />
      <span className="who">{entry.customer.displayName ?? 'Unknown visitor'}</span>
      <time dateTime={entry.lastMessageAt}>{shortTime(entry.lastMessageAt)}</time>
      <span className="words" lang={entry.language ?? undefined} dir="auto">
        {words ?? entry.subject ?? 'No message yet'}
      </span>
      <span className="facts">
        <span className="channel" data-channel={entry.channel}>
          {channelName(entry.channel)}
        </span>
        {entry.status === 'OPEN' ? (
          <span>{entry.assignee ? entry.assignee.name : 'Waiting for an agent'}</span>
        ) : (
          <span>{capital(inWords(entry.status))}</span>
        )}
      </span>
    </li>
  );
}
