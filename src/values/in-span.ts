import { SpanStatusCode, trace, type Attributes, type Span } from '@opentelemetry/api';

// The tracer is asked for each time: until somebody starts tracing it is one that does nothing.
const tracer = () => trace.getTracer('punos');

/**
 * Runs work in a span of the trace that is under way. Attributes are names, counts and codes: never a text, a name or an address of a
 * person, for traces leave the house. Costs next to nothing while nobody collects traces.
 */
export function inSpan<T>(name: string, attributes: Attributes, work: (span: Span) => Promise<T>): Promise<T> {
  return tracer().startActiveSpan(name, { attributes }, async (span) => {
    try {
      return await work(span);
    } catch (error) {
      // The kind of error alone: its message may repeat what a person wrote.
      span.setStatus({ code: SpanStatusCode.ERROR, message: error instanceof Error ? error.name : 'unknown' });
      throw error;
    } finally {
      span.end();
    }
  });
}

/** A span for what is over already and began at a known time (milliseconds since 1970). */
export function recordSpan(name: string, attributes: Attributes, startedAtMs: number): void {
  tracer().startSpan(name, { attributes, startTime: startedAtMs }).end();
}
