import { setTimeout as delay } from 'node:timers/promises';

interface Crowding {
  /** How many askings go on at once before questions wait for each other. Default: one, so that a crowd takes one connection and not all of them. */
  readonly atOnce?: number;
  /** An asking that takes longer, in milliseconds, counts no longer: what holds it up holds up nobody else. Default: however long it takes. */
  readonly patienceMs?: number;
  /** Who comes behind an asking of several waits so long for more company, in milliseconds. Default: nobody waits. Who is alone never does. */
  readonly lingerMs?: number;
}

/** Asks in one go for what many ask for one by one: all that came in one turn of the loop, and all that came while answers were under way. */
export function gather<Question, Answer>(
  ask: (questions: readonly Question[]) => Promise<readonly Answer[]>,
  atMost: number,
  { atOnce = 1, patienceMs, lingerMs = 0 }: Crowding = {},
): (question: Question) => Promise<Answer> {
  interface Waiting {
    question: Question;
    resolve: (answer: Answer) => void;
    reject: (error: unknown) => void;
  }
  let waiting: Waiting[] = [];
  let running = 0;
  let wereSeveral = false;

  async function answerNext(): Promise<void> {
    const asked = waiting.slice(0, atMost);
    waiting = waiting.slice(atMost);
    wereSeveral = asked.length > 1;
    try {
      const answers = await ask(asked.map(({ question }) => question));
      asked.forEach(({ resolve }, index) => resolve(answers[index]!));
    } catch (error) {
      for (const { reject } of asked) reject(error);
    }
  }

  async function run(): Promise<void> {
    let isPatient = true;
    const leave = () => {
      isPatient = false;
      running -= 1;
      if (waiting.length > 0) start();
    };
    while (isPatient && waiting.length > 0) {
      if (lingerMs > 0 && wereSeveral && waiting.length < atMost) await delay(lingerMs);
      const patience = patienceMs === undefined ? undefined : setTimeout(leave, patienceMs);
      await answerNext();
      clearTimeout(patience);
    }
    if (isPatient) running -= 1;
  }

  function start(): void {
    running += 1;
    setImmediate(() => void run());
  }

  return (question) =>
    new Promise((resolve, reject) => {
      waiting.push({ question, resolve, reject });
      if (running < atOnce) start();
    });
}
