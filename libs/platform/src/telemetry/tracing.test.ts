import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { identifyService } from './service-identity.js';
import { parseTraceparent } from './traceparent.js';
import { startStep, startTracing } from './tracing.js';

interface ExportedSpan {
  readonly name: string;
  readonly traceId: string;
  readonly spanId: string;
  readonly parentSpanId?: string;
  readonly status: { readonly code?: number };
}

const PARENT = parseTraceparent('00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01')!;

describe('tracing', () => {
  it('exports steps as spans over OTLP, in the trace of what caused them', async () => {
    const bodies: string[] = [];
    const collector = createServer((request, response) => {
      let body = '';
      request.on('data', (chunk) => void (body += chunk));
      request.on('end', () => {
        bodies.push(body);
        response.end('{}');
      });
    });
    await new Promise<void>((resolve) => void collector.listen(0, '127.0.0.1', resolve));
    identifyService('things');
    const stop = await startTracing(`http://127.0.0.1:${(collector.address() as AddressInfo).port}`);

    const request = startStep('GET /things/:ref', 'server', PARENT);
    const call = startStep('GET profiles', 'client', request.trace);
    call.end({ 'http.response.status_code': 503 }, new Error('down'));
    request.end();
    await stop();
    await new Promise((resolve) => collector.close(resolve));

    const [{ resource, scopeSpans }] = bodies.flatMap((body) => JSON.parse(body).resourceSpans);
    const spans: ExportedSpan[] = scopeSpans.flatMap((scope: { spans: ExportedSpan[] }) => scope.spans);
    expect(resource.attributes).toContainEqual({ key: 'service.name', value: { stringValue: 'rapport-things' } });
    expect(spans).toMatchObject([
      { name: 'GET profiles', traceId: PARENT.traceId, spanId: call.trace.spanId, parentSpanId: request.trace.spanId, status: { code: 2 } },
      { name: 'GET /things/:ref', traceId: PARENT.traceId, spanId: request.trace.spanId, parentSpanId: PARENT.spanId },
    ]);
  });

  it('makes only ids when it is off', async () => {
    const stop = await startTracing('');
    const step = startStep('work', 'internal');
    expect(step.trace).toMatchObject({ traceId: expect.stringMatching(/^[0-9a-f]{32}$/), sampled: false });
    step.end();
    await stop();
  });
});
