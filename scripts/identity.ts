// npm run identity -- evaluate a.csv [b.csv] --truth …: how well records of the same person are found, on anybody's files.
import { identityCommand } from '../src/identity/identity-command.ts';

process.exitCode = await identityCommand(process.argv.slice(2), {
  // npm changes to the project's folder, and says here where it was called.
  workingDir: process.env['INIT_CWD'] ?? process.cwd(),
  stdout: process.stdout,
  stderr: process.stderr,
  // Kilobytes on every platform.
  peakMemoryBytes: () => process.resourceUsage().maxRSS * 1_024,
});
