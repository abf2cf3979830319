import { type Context, ROOT_CONTEXT, type Span, SpanKind, SpanStatusCode, trace, type Tracer } from '@opentelemetry/api';
import { serviceName } from './service-identity.js';
import { childTrace, type TraceContext } from './traceparent.js';

type Attributes = Readonly<Record<string, string | number | boolean>>;

type StepKind = 'server' | 'consumer' | 'client' | 'internal';

let tracer: Tracer | undefined;

/** A step of a trace that is under way: its place in the trace, and its end. */
export interface TraceStep {
  readonly trace: TraceContext;
  /** `attributes` are added; an error marks the span as failed. */
  end(attributes?: Attributes, error?: unknown): void;
}

/**
 * Starts a step under `parent`. With tracing off it makes only the ids (for logs, problems and records); with tracing on, a span.
 * Attributes follow the rule of the log: no personal data.
 */
export function startStep(name: string, kind: StepKind, parent?: TraceContext, attributes?: Attributes): TraceStep {
  if (!tracer) return { trace: childTrace(parent), end: noop };
  const span = tracer.startSpan(name, { kind: KINDS[kind], ...(attributes ? { attributes: { ...attributes } } : {}) }, remote(parent));
  const { traceId, spanId, traceFlags } = span.spanContext();
  return { trace: { traceId, spanId, sampled: (traceFlags & 1) === 1 }, end: (more, error) => endSpan(span, more, error) };
}

/**
 * Loads the OpenTelemetry SDK and exports spans over OTLP/HTTP. Nothing of it is loaded when the endpoint is not configured.
 * @returns what flushes and stops it.
 */
export async function startTracing(endpoint: string): Promise<() => Promise<void>> {
  if (endpoint === '') return async () => undefined;
  const [{ NodeTracerProvider, BatchSpanProcessor }, { OTLPTraceExporter }, { resourceFromAttributes }] = await Promise.all([
    import('@opentelemetry/sdk-trace-node'),
    import('@opentelemetry/exporter-trace-otlp-http'),
    import('@opentelemetry/resources'),
  ]);
  const exporter = new OTLPTraceExporter({ url: `${endpoint.replace(/\/$/, '')}/v1/traces`, timeoutMillis: 5_000 });
  const provider = new NodeTracerProvider({
    resource: resourceFromAttributes({ 'service.name': `rapport-${serviceName()}` }),
    spanProcessors: [new BatchSpanProcessor(exporter, { maxQueueSize: 4096, maxExportBatchSize: 512 })],
  });
  tracer = provider.getTracer('rapport');
  return async () => {
    tracer = undefined;
    await provider.shutdown();
  };
}

const KINDS = { server: SpanKind.SERVER, consumer: SpanKind.CONSUMER, client: SpanKind.CLIENT, internal: SpanKind.INTERNAL } as const;
const noop = (): void => undefined;

function remote(parent: TraceContext | undefined): Context {
  if (!parent) return ROOT_CONTEXT;
  const { traceId, spanId, sampled } = parent;
  return trace.setSpanContext(ROOT_CONTEXT, { traceId, spanId, traceFlags: sampled ? 1 : 0, isRemote: true });
}

function endSpan(span: Span, attributes?: Attributes, error?: unknown): void {
  if (attributes) span.setAttributes({ ...attributes });
  if (error !== undefined) span.setStatus({ code: SpanStatusCode.ERROR, message: error instanceof Error ? error.name : 'error' });
  span.end();
}
