import { resolve } from 'node:path';
import { parseArgs } from 'node:util';

/** Where a command that works on one directory speaks to people. */
export const say = (line: string): void => void process.stderr.write(`${line}\n`);

/** Runs a command whose one argument is a directory, relative to where npm was called. Failures are sentences and exit code 1. */
export async function onDirectory(
  help: string,
  work: (directory: string, erasures: string | undefined) => Promise<void>,
): Promise<void> {
  try {
    const { positionals, values } = parseArgs({
      allowPositionals: true,
      options: { help: { type: 'boolean', short: 'h' }, erasures: { type: 'string' } },
    });
    const [name, ...more] = positionals;
    if (values.help) process.stdout.write(help);
    else if (name === undefined || more.length > 0) throw new Error(`Name one directory.\n\n${help}`);
    else await work(from(name), values.erasures === undefined ? undefined : from(values.erasures));
  } catch (error) {
    say((error as Error).message);
    process.exitCode = 1;
  }
}

const from = (path: string) => resolve(process.env['INIT_CWD'] ?? '.', path);

/** How far a command that goes table by table is. */
export const sayTable = ({ name, rows }: { name: string; rows: number }, done: number, total: number): void =>
  say(`${done} of ${total}  ${name}: ${rows} row(s)`);
