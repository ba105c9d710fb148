import { reachOf } from '../../services/access/role-rights.ts';
import type { Right } from '../../values/rights.ts';
import type { Context } from '../context.ts';
import { registerNode } from '../node-registry.ts';

const may = ({ scope }: Context, right: Right) => reachOf(scope.viewer, right) !== null;

/** How `node` finds what conversations are made of. */
export function registerConversationNodes(): void {
  registerNode({
    kind: 'conversation',
    type: 'Conversation',
    load: async (context, id) => (may(context, 'conversations:read') ? context.loaders.conversation.load(id) : null),
  });
  registerNode({
    kind: 'inbox',
    type: 'Inbox',
    load: async (context, id) => (may(context, 'conversations:read') ? context.loaders.inbox.load(id) : null),
  });
  registerNode({
    kind: 'agent',
    type: 'Agent',
    load: async (context, id) => (may(context, 'agents:read') ? context.loaders.agent.load(id) : null),
  });
  registerNode({
    kind: 'message',
    type: 'Message',
    load: async (context, id) => {
      const message = may(context, 'conversations:read') ? await context.loaders.message.load(id) : null;
      // A note has the same kind of id and another type, which asks for another right.
      return message?.visibility === 'public' ? message : null;
    },
  });
}
