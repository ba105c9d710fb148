import { useState, type SubmitEvent } from 'react';

import { useReply } from './use-reply.ts';

export function ReplyBox({ conversationId, version }: { conversationId: string; version: number }) {
  const [text, setText] = useState('');
  const [refusal, setRefusal] = useState<string | null>(null);
  const { send, isSending, begin } = useReply(conversationId, version);

  const submit = async (event: SubmitEvent<HTMLFormElement>) => {
    event.preventDefault();
    const said = await send(text).catch((error: Error) => error.message);
    setRefusal(said);
    if (said === null) setText('');
  };

  return (
    <form onSubmit={(event) => void submit(event)}>
      <label>
        Reply
        <textarea
          required
          value={text}
          onChange={({ target }) => {
            begin();
            setText(target.value);
          }}
        />
      </label>
      <button disabled={isSending}>Send</button>
      {refusal && <p role="alert">{refusal}</p>}
    </form>
  );
}
