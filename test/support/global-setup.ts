import type { TestProject } from 'vitest/node';

import type { TestCluster } from './test-cluster.ts';
import { startTestCluster } from './test-cluster.ts';

declare module 'vitest' {
  interface ProvidedContext {
    cluster: TestCluster;
  }
}

/** One PostgreSQL for the whole run: 18, or the one named by PUNOS_TEST_POSTGRES. */
export async function setup(project: TestProject): Promise<() => Promise<void>> {
  const {
    stop,
    crash: _crash,
    restart: _restart,
    kill: _kill,
    ...cluster
  } = await startTestCluster(process.env['PUNOS_TEST_POSTGRES'] ?? '18');
  project.provide('cluster', cluster);
  return stop;
}
