import 'reflect-metadata';
import { afterAll, vi } from 'vitest';

// Files that share a process do not share a clock that one of them stopped.
afterAll(() => void vi.useRealTimers());
