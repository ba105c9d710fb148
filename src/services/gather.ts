/**
 * Asks in one go for what many ask for one by one: all that came in one turn of the loop, and all that came while an answer was under way.
 * One asking at a time, so that a crowd takes one connection and not all of them.
 */
export function gather<Question, Answer>(
  ask: (questions: readonly Question[]) => Promise<readonly Answer[]>,
  atMost: number,
): (question: Question) => Promise<Answer> {
  interface Waiting {
    question: Question;
    resolve: (answer: Answer) => void;
    reject: (error: unknown) => void;
  }
  let waiting: Waiting[] = [];
  let running = false;

  async function run(): Promise<void> {
    while (waiting.length > 0) {
      const asked = waiting.slice(0, atMost);
      waiting = waiting.slice(atMost);
      try {
        const answers = await ask(asked.map(({ question }) => question));
        asked.forEach(({ resolve }, index) => resolve(answers[index]!));
      } catch (error) {
        for (const { reject } of asked) reject(error);
      }
    }
    running = false;
  }

  return (question) =>
    new Promise((resolve, reject) => {
      waiting.push({ question, resolve, reject });
      if (running) return;
      running = true;
      setImmediate(() => void run());
    });
}
