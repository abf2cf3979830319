import type { OnApplicationShutdown } from '@nestjs/common';
import { type Identifier, type Interaction, InteractionRecorded, prunerOf } from '@rapport/contracts';
import { InternalClient, type Page } from '@rapport/platform';
import type { InteractionHistory } from '../pipeline/interaction-history.js';

const PAGE = 200;
const prune = prunerOf(InteractionRecorded);

/** Reads timelines of the interactions service, page after page. */
export class InteractionsClient implements InteractionHistory, OnApplicationShutdown {
  private readonly client: InternalClient;

  constructor({ interactionsUrl, internalToken: token }: { readonly interactionsUrl: string; readonly internalToken: string }) {
    const baseUrl = `${interactionsUrl.replace(/\/$/, '')}/internal/v1`;
    this.client = new InternalClient({ service: 'interactions', baseUrl, token, connectionsMax: 4, timeoutMs: 10_000 });
  }

  async of(identifiers: readonly Identifier[], limit: number): Promise<Interaction[] | undefined> {
    const found: Interaction[] = [];
    const named = identifiers.map(({ type, value }) => ({ type, value }));
    for (let cursor: string | undefined; ; ) {
      const body = { identifiers: named, limit: PAGE, ...(cursor !== undefined && { cursor }) };
      const page: Page<Interaction> = (await this.client.post<Page<Interaction>>('/timeline', { body })).body;
      for (const interaction of page.data) prune(interaction);
      found.push(...page.data.map(withoutText));
      if (found.length > limit) return undefined;
      if (page.nextCursor === null) return found;
      cursor = page.nextCursor;
    }
  }

  onApplicationShutdown(): Promise<void> {
    return this.client.close();
  }
}

/** What was written says nothing that a profile keeps, and is most of an interaction. */
function withoutText({ text: _, ...interaction }: Interaction): Interaction {
  return interaction;
}
