// npm run recount: whether what is stored of orders and stock is what their sources said.
import { readConfig } from '../src/config.ts';
import { enterDatabase } from '../src/import/enter-database.ts';
import { recount, type Recount } from '../src/live/recount.ts';

const HELP = `npm run recount

Adds up every order (total, lines, units, payments, refunds, returns) from the facts that its sources told, and compares every stock
level with its history, while the server runs. Says how many were looked at and which differ; exit code 1 when any does. Changes nothing.
The server does the same every night: docs/operations.md. Works with DATABASE_URL, or with the embedded database in DATA_DIR.
`;
const say = (line: string) => void process.stdout.write(`${line}\n`);

if (process.argv.length > 2) say(HELP);
else await run();

async function run(): Promise<void> {
  try {
    const { database, runtime } = readConfig(process.env);
    const log = (line: string) => void process.stderr.write(`${line}\n`);
    const entered = await enterDatabase({ ...database, dataDir: runtime.dataDir, log });
    try {
      const found = await recount(entered.database);
      for (const [what, { checked, wrong }] of Object.entries<Recount[keyof Recount]>({ ...found })) {
        say(`${what}: ${checked} looked at, ${wrong.length} wrong`);
        for (const one of wrong) say(`  ${JSON.stringify(one)}`);
        if (wrong.length > 0) process.exitCode = 1;
      }
    } finally {
      await entered.leave();
    }
  } catch (error) {
    process.stderr.write(`${(error as Error).message}\n`);
    process.exitCode = 1;
  }
}
