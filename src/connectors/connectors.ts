import type { ConnectorDialect } from './connector-dialect.ts';
import { easypost } from './easypost.ts';
import { facts } from './facts.ts';
import { shopify } from './shopify/shopify.ts';

/** Every dialect of shops, carriers and tills that Punos understands. */
export const CONNECTORS: readonly ConnectorDialect[] = [facts, shopify, easypost];
