import type { PolicyDocument } from '../../src/services/routing/core/policy-document.ts';

/**
 * A policy that costs as much as its form allows: nobody is ever fit until the last steps, so that everybody waits; each of very many steps plans everything
 * that waits anew; and each plan goes through two hundred queues of which only the last takes it.
 */
export function theWorstPolicy(): string {
  const words = Array.from({ length: 12 }, (_, i) => `word ${i}`);
  const when = [
    ...Array.from({ length: 9 }, () => ({ signal: 'channel', isNot: words })),
    { signal: 'channel', is: words },
  ];
  const others = Array.from({ length: 199 }, (_, i) => ({ name: `queue ${i}`, when }));
  const steps = Array.from({ length: 50 }, (_, i) => ({
    afterSeconds: i,
    raisePriorityMinutes: 1,
    ...(i % 2 === 0 ? { lower: [{ skill: 'language', by: 1 }] } : { overflowTo: ['everybody'] }),
  }));
  const policy: PolicyDocument = {
    name: 'the worst',
    skillsNobodyHas: 'require',
    requirements: Array.from({ length: 50 }, (_, i) => ({ skill: `area:nobody ${i}`, level: 5 })),
    queues: [...others, { name: 'everybody', steps }],
  };
  return JSON.stringify(policy);
}
