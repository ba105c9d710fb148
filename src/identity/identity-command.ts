import { Unreadable } from '../import/import-source.ts';
import { Progress } from '../import/progress.ts';
import { isUnavailable } from '../services/is-unavailable.ts';
import { EVALUATE_HELP, evaluateCommand } from './evaluate-command.ts';
import { GENERATE_HELP, generateCommand } from './generate-command.ts';
import { PROPOSE_HELP, proposeCommand } from './propose-command.ts';
import { REHEARSE_HELP, rehearseCommand } from './rehearse-command.ts';
import type { Surroundings } from './surroundings.ts';
import { WrongInput } from './wrong-input.ts';

const VERBS = {
  propose: proposeCommand,
  rehearse: rehearseCommand,
  evaluate: evaluateCommand,
  generate: generateCommand,
};

const HELP = `${PROPOSE_HELP}\n${REHEARSE_HELP}\n${EVALUATE_HELP}\n${GENERATE_HELP}`;

/** `npm run identity`: answers the exit code. */
export async function identityCommand([verb, ...args]: readonly string[], surroundings: Surroundings): Promise<number> {
  const progress = new Progress(surroundings.stderr);
  if (verb === '--help' || verb === '-h' || args.includes('--help') || args.includes('-h')) {
    surroundings.stdout.write(HELP);
    return 0;
  }
  try {
    const run = Object.entries(VERBS).find(([name]) => name === verb)?.[1];
    if (!run) throw new WrongInput(`${verb ? `There is no \`${verb}\`.` : 'Say what to do.'}\n\n${HELP}`);
    await run(args, { ...surroundings, progress });
    return 0;
  } catch (error) {
    progress.say(wordsOf(error, verb));
    return 1;
  }
}

function wordsOf(error: unknown, verb: string | undefined): string {
  if (error instanceof WrongInput || error instanceof Unreadable) return error.message;
  if (isUnavailable(error))
    return `The database does not answer (${(error as Error).message}). Start the same command again when it does: it goes on where it was.`;
  return `\`${verb}\` failed: ${(error as Error).stack ?? String(error)}`;
}
