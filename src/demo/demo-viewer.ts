import { systemViewer } from '../services/access/system-viewer.ts';
import type { AgentId } from '../values/ids.ts';
import type { Viewer } from '../values/viewer.ts';

/** Who loads the demo shop and moves it: may do everything, is nobody. */
export const DEMO: Viewer = systemViewer('demo');

/** An agent of the demo shop at work: what they write bears their name. */
export const asAgent = (agentId: AgentId): Viewer => ({ ...systemViewer(`demo:${agentId}`, 'agent'), agentId });
