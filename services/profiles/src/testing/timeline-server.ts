import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import type { Identifier, Interaction } from '@rapport/contracts';

export interface TimelineServer {
  readonly url: string;
  readonly recorded: Interaction[];
  close(): Promise<void>;
}

/** The door of the interactions service that un-merges read, over interactions in memory: by subject, newest first, in pages. */
export async function startTimelineServer(): Promise<TimelineServer> {
  const recorded: Interaction[] = [];
  const server = createServer(async (request, response) => {
    const chunks: Buffer[] = [];
    for await (const chunk of request) chunks.push(chunk as Buffer);
    const {
      identifiers,
      limit,
      cursor = '0',
    } = JSON.parse(Buffer.concat(chunks).toString()) as {
      identifiers: Identifier[];
      limit: number;
      cursor?: string;
    };
    const subjects = new Set(identifiers.map(({ type, value }) => `${type}:${value}`));
    const found = recorded.filter(({ subject }) => subjects.has(subject)).reverse();
    const end = Number(cursor) + limit;
    response.setHeader('content-type', 'application/json');
    response.end(JSON.stringify({ data: found.slice(Number(cursor), end), nextCursor: end < found.length ? String(end) : null }));
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    recorded,
    close: () => new Promise((resolve) => void server.close(() => resolve())),
  };
}
