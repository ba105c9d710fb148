import { rightsOf } from '../services/access/role-rights.ts';
import type { AgentId } from '../values/ids.ts';
import { ALL_RIGHTS } from '../values/rights.ts';
import type { Viewer } from '../values/viewer.ts';

/** Who loads the demo shop and moves it: may do everything, is nobody. */
export const DEMO: Viewer = {
  principal: 'system:demo',
  role: 'admin',
  rights: new Set(ALL_RIGHTS),
  agentId: null,
  partnerId: null,
  customerId: null,
  expiresAt: null,
};

/** An agent of the demo shop at work: what they write bears their name. */
export const asAgent = (agentId: AgentId): Viewer => ({
  ...DEMO,
  principal: `system:demo:${agentId}`,
  role: 'agent',
  rights: rightsOf('agent', ALL_RIGHTS),
  agentId,
});
