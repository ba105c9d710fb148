import type { ConnectorDialect } from './connector-dialect.ts';
import { facts } from './facts.ts';

/** Every dialect of shops, carriers and tills that Punos understands. */
export const CONNECTORS: readonly ConnectorDialect[] = [facts];
