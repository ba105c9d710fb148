// npm run import -- <source> [path]: conversations and orders of a published set, or of your own in the same shape.
import { readConfig } from '../src/config.ts';
import { importCommand } from '../src/import/import-command.ts';

const stopping = new AbortController();
const stop = () => {
  process.stderr.write('\nStopping after the present transactions; start it again and it goes on.\n');
  stopping.abort();
};
process.once('SIGINT', stop).once('SIGTERM', stop);
// Nobody reads on (`| head`): end in order too, or the embedded database would be left running.
for (const stream of [process.stdout, process.stderr]) stream.on('error', () => stopping.abort());

try {
  const { database, runtime } = readConfig(process.env);
  const { dataDir, sampleDataDir } = runtime;
  process.exitCode = await importCommand(process.argv.slice(2), {
    settings: {
      databaseUrl: database.url,
      dataDir,
      sampleDataDir,
      statementTimeoutMs: database.statementTimeoutMs,
      // npm changes to the project's folder, and says here where it was called.
      workingDir: process.env['INIT_CWD'] ?? process.cwd(),
    },
    stdout: process.stdout,
    stderr: process.stderr,
    signal: stopping.signal,
  });
} catch (error) {
  console.error((error as Error).message);
  process.exitCode = 1;
} finally {
  process.off('SIGINT', stop).off('SIGTERM', stop);
}
