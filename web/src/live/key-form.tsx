import { type SubmitEvent, useId } from 'react';

import { Wordmark } from './wordmark.tsx';

interface KeyFormProps {
  /** Why the last key was not let in; null at first. */
  refusal: string | null;
  onKey: (key: string) => void;
}

export function KeyForm({ refusal, onKey }: KeyFormProps) {
  const field = useId();
  const hint = useId();
  const problem = useId();

  const submit = (event: SubmitEvent<HTMLFormElement>) => {
    event.preventDefault();
    const key = new FormData(event.currentTarget).get('key');
    if (typeof key === 'string' && key.trim() !== '') onKey(key.trim());
  };

  return (
    <main className="gate">
      <form onSubmit={submit}>
        <Wordmark />
        <h1>Watch the shop live</h1>
        <p>Conversations as they move, and one customer’s context packet changing value by value.</p>
        <label htmlFor={field}>API key</label>
        <div className="gate-row">
          <input
            id={field}
            name="key"
            type="password"
            autoComplete="off"
            spellCheck={false}
            required
            autoFocus
            aria-describedby={`${refusal ? `${problem} ` : ''}${hint}`}
            aria-invalid={refusal !== null}
          />
          <button type="submit">Watch</button>
        </div>
        {refusal !== null && (
          <p className="problem" id={problem} role="alert">
            {refusal}
          </p>
        )}
        <p className="hint" id={hint}>
          <code>npm start</code> prints a demo key for each role; take the one of <b>agent</b> or <b>supervisor</b>. The
          key stays in this tab and is forgotten when you close it.
        </p>
      </form>
    </main>
  );
}
