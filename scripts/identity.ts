// npm run identity -- propose | rehearse rules.json | evaluate a.csv [b.csv] --truth …: who is one person, among the stored customers or in anybody's files.
import { readConfig } from '../src/config.ts';
import { identityCommand } from '../src/identity/identity-command.ts';
import { enterDatabase } from '../src/import/enter-database.ts';
import { thresholdsOf } from '../src/services/customers/proposals/propose-merges.ts';

const [verb] = process.argv.slice(2);
const stopping = new AbortController();
const stop = () => {
  process.stderr.write('\nStopping after what is under way; once more ends it at once, and nothing is lost by it.\n');
  stopping.abort();
};
// Everything else leaves nothing half done: it ends at once.
if (verb === 'propose') process.once('SIGINT', stop).once('SIGTERM', stop);

try {
  const { database, runtime, matching } = readConfig(process.env);
  const log = (line: string) => void process.stderr.write(`${line}\n`);
  process.exitCode = await identityCommand(process.argv.slice(2), {
    // npm changes to the project's folder, and says here where it was called.
    workingDir: process.env['INIT_CWD'] ?? process.cwd(),
    stdout: process.stdout,
    stderr: process.stderr,
    // Kilobytes on every platform.
    peakMemoryBytes: () => process.resourceUsage().maxRSS * 1_024,
    thresholds: thresholdsOf(matching),
    signal: stopping.signal,
    enter: () => enterDatabase({ ...database, dataDir: runtime.dataDir, log }),
  });
} catch (error) {
  process.stderr.write(`${(error as Error).message}\n`);
  process.exitCode = 1;
} finally {
  process.off('SIGINT', stop).off('SIGTERM', stop);
}
