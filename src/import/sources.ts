import { facts } from './facts.ts';
import type { ImportSource } from './import-source.ts';
import { multidogo } from './multidogo.ts';
import { csv, jsonl } from './own-tables.ts';
import { sunrise } from './sunrise.ts';
import { tauRetail } from './tau-retail.ts';
import { uciOnlineRetail } from './uci-online-retail.ts';

/** What can be imported, by name. */
export const SOURCES: readonly ImportSource[] = [csv, jsonl, facts, multidogo, sunrise, tauRetail, uciOnlineRetail];
