import { isId, type MessageId } from '../../values/ids.ts';

/** The message that a Message-ID of ours names: what stands before its @ is the message's id. Null: the mail is not ours. */
export function ourMessageId(mailId: string): MessageId | null {
  const [local = ''] = mailId.split('@', 1);
  return isId('message', local) ? local : null;
}
