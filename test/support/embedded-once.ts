import { startEmbedded } from '../../src/database/embedded.ts';

/** A server process reduced to its database, for tests that kill it. Says how it started, then lives until SIGTERM. */
const lines: string[] = [];
try {
  const { applicationUrl, adopted, stop } = await startEmbedded({
    dataDir: process.argv[2] ?? '',
    log: (line) => lines.push(line),
  });
  process.send?.({ applicationUrl, adopted, lines });
  process.once('SIGTERM', () => void stop().then(() => process.exit(0)));
  setInterval(() => undefined, 60_000);
} catch (error) {
  process.send?.({ refused: (error as Error).message });
  process.exitCode = 1;
}
