import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';

export interface Call {
  readonly service: string;
  readonly line: string;
  readonly body: unknown;
  readonly headers: IncomingMessage['headers'];
}
export type Answer = readonly [status: number, body: unknown, headers?: Record<string, string>];
/** What is said, or how it follows from the body of the question. */
export type Script = Answer | ((body: never) => Answer);

/** The services behind the gateway, as far as it sees them: they write down what they are asked and answer what the test says. */
export class ScriptedServices {
  readonly calls: Call[] = [];
  answers: Record<string, Script> = {};
  private readonly servers: Server[] = [];

  async start(names: readonly string[]): Promise<Record<string, string>> {
    const env: Record<string, string> = {};
    for (const name of names) {
      const server = createServer((request, response) => void this.answer(name, request, response));
      this.servers.push(server);
      await new Promise<void>((resolve) => void server.listen(0, '127.0.0.1', resolve));
      env[`${name.toUpperCase()}_URL`] = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
    }
    return env;
  }

  stop(): void {
    for (const server of this.servers) {
      server.closeAllConnections();
      server.close();
    }
  }

  private async answer(service: string, request: IncomingMessage, response: ServerResponse): Promise<void> {
    let text = '';
    for await (const chunk of request) text += String(chunk);
    const line = `${request.method} ${request.url?.replace('/internal/v1', '')}`;
    const asked = text === '' ? undefined : JSON.parse(text);
    this.calls.push({ service, line, body: asked, headers: request.headers });
    if (request.url?.endsWith('/stream')) {
      response.writeHead(200, { 'content-type': 'text/event-stream' }).write('id: 1\ndata: {"title":"Hello"}\n\n');
      return;
    }
    const script = this.answers[`${service} ${line}`] ?? [404, { code: 'NOT_SCRIPTED', detail: line }];
    const [status, body, headers = {}] = typeof script === 'function' ? script(asked as never) : script;
    response
      .writeHead(status, { 'content-type': status < 400 ? 'application/json' : 'application/problem+json', ...headers })
      .end(JSON.stringify(body));
  }
}
