import { useEffect, useRef } from 'react';

import type { Message, PacketConversation } from './shapes.ts';
import { useIsNew, Value } from './value.tsx';
import { capital, channelName, inWords, shortTime } from './words.ts';

const SHOWN = 4;

export function ConversationsSection({ conversations }: { conversations: readonly PacketConversation[] }) {
  return (
    <section aria-labelledby="conversations-title">
      <h3 id="conversations-title">Conversations</h3>
      {conversations.length === 0 && <p className="empty">None yet.</p>}
      {conversations.slice(0, SHOWN).map((conversation, index) => (
        <Thread key={conversation.id} conversation={conversation} isOld={index > 0 && conversation.status !== 'OPEN'} />
      ))}
      {conversations.length > SHOWN && <p className="empty">And {conversations.length - SHOWN} older ones.</p>}
    </section>
  );
}

function Thread({ conversation, isOld }: { conversation: PacketConversation; isOld: boolean }) {
  const { id, reference, status, channel, subject, topic, language, assignee, messages } = conversation;
  const path = `conversations/${id}`;
  const end = useRef<HTMLOListElement>(null);
  const newest = messages.at(-1)?.id;
  useEffect(() => {
    end.current?.scrollTo({ top: end.current.scrollHeight });
  }, [newest, isOld]);

  return (
    <article className="card thread" data-old={isOld}>
      <header>
        <span className="channel" data-channel={channel}>
          <Value path={`${path}/channel`}>{channelName(channel)}</Value>
        </span>
        <Value path={`${path}/status`} className="status">
          {capital(inWords(status))}
        </Value>
        {topic !== null && <Value path={`${path}/topic`}>{capital(inWords(topic))}</Value>}
        <span className="reference">{reference}</span>
        {(assignee !== null || status !== 'RESOLVED') && (
          <p>
            <Value path={`${path}/assignee/name`}>{assignee ? `With ${assignee.name}` : 'Nobody answers yet'}</Value>
          </p>
        )}
      </header>
      {subject !== null && (
        <h4 lang={language ?? undefined} dir="auto">
          {subject}
        </h4>
      )}
      <ol ref={end} className="messages" tabIndex={0} aria-label={`Messages of ${reference}`}>
        {messages.map((message) => (
          <Line key={message.id} path={`${path}/messages/${message.id}/id`} message={message} language={language} />
        ))}
      </ol>
    </article>
  );
}

interface LineProps {
  path: string;
  message: Message;
  language: string | null;
}

function Line({ path, message, language }: LineProps) {
  const isNew = useIsNew(path);
  return (
    <li data-direction={message.direction} data-changed={isNew}>
      <p lang={language ?? undefined} dir="auto">
        {message.text}
      </p>
      <span className="by">
        {capital(inWords(message.authorKind))} ·{' '}
        <time dateTime={message.occurredAt}>{shortTime(message.occurredAt)}</time>
      </span>
    </li>
  );
}
