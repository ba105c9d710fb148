import { context, propagation, trace } from '@opentelemetry/api';
import { AsyncLocalStorageContextManager } from '@opentelemetry/context-async-hooks';
import { W3CTraceContextPropagator } from '@opentelemetry/core';
import { OTLPTraceExporter } from '@opentelemetry/exporter-trace-otlp-http';
import { resourceFromAttributes } from '@opentelemetry/resources';
import {
  BatchSpanProcessor,
  ParentBasedSampler,
  TraceIdRatioBasedSampler,
  TracerProvider,
} from '@opentelemetry/sdk-trace';

interface TracingSettings {
  /** Base URL of an OTLP collector. Undefined: nothing is traced and nothing is paid for it. */
  readonly otlpEndpoint: string | undefined;
  /** Share of requests that are traced when their caller did not decide it. */
  readonly samplePercent: number;
}

/** Sends the spans of this process to a collector (OTLP over HTTP) from now on; answers how to send the last ones. */
export function startTracing({ otlpEndpoint, samplePercent }: TracingSettings): () => Promise<void> {
  if (otlpEndpoint === undefined) return () => Promise.resolve();
  const url = `${otlpEndpoint.replace(/\/$/, '')}/v1/traces`;
  const provider = new TracerProvider({
    resource: resourceFromAttributes({ 'service.name': 'punos', 'process.pid': process.pid }),
    sampler: new ParentBasedSampler({ root: new TraceIdRatioBasedSampler(samplePercent / 100) }),
    spanProcessors: [new BatchSpanProcessor({ exporter: new OTLPTraceExporter({ url }) })],
  });
  context.setGlobalContextManager(new AsyncLocalStorageContextManager().enable());
  propagation.setGlobalPropagator(new W3CTraceContextPropagator());
  trace.setGlobalTracerProvider(provider);
  return () => provider.shutdown();
}
