import type { FrozenMessage } from '../channels/channel.js';
import type { LiquidPool } from '../templates/liquid-pool.js';
import { type RenderOutcome, renderMessage } from '../templates/render-message.js';
import type { TemplateDefinition } from '../templates/template.js';
import type { TemplateStore } from '../templates/template-store.js';
import type { Claimed } from './delivery-store.js';
import { linksIn } from './links.js';

export type Prepared =
  | { readonly kind: 'ready'; readonly message: FrozenMessage }
  | { readonly kind: 'failed'; readonly code: string }
  /** The renderer has no room: another time. */
  | { readonly kind: 'later' };

export interface PrepareOptions {
  readonly templates: Pick<TemplateStore, 'findAll'>;
  readonly liquid: LiquidPool;
  readonly publicUrl: string;
  readonly linkSecret: string;
}

/** Makes the messages of a batch, each complete with links and time. A message that an earlier attempt froze is taken as it is. */
export async function prepareMessages(options: PrepareOptions, deliveries: readonly Claimed[], now: Date): Promise<Map<string, Prepared>> {
  const fresh = deliveries.filter(({ rendered }) => rendered === null);
  const names = fresh.flatMap(({ template }) => (template === null ? [] : [template]));
  const templates = names.length > 0 ? await options.templates.findAll(names) : new Map<string, TemplateDefinition>();
  const prepared = await Promise.all(
    deliveries.map(async (delivery): Promise<[string, Prepared]> => {
      if (delivery.expiresAt && delivery.expiresAt <= now) return [delivery.id, { kind: 'failed', code: 'EXPIRED' }];
      if (delivery.rendered) return [delivery.id, { kind: 'ready', message: delivery.rendered }];
      const template = delivery.template === null ? contentOf(delivery) : templates.get(delivery.template);
      return [delivery.id, template ? await prepare(options, delivery, template, now) : { kind: 'failed', code: 'NO_TEMPLATE' }];
    }),
  );
  return new Map(prepared);
}

async function prepare(
  { liquid, ...options }: PrepareOptions,
  delivery: Claimed,
  template: Pick<TemplateDefinition, 'locales' | 'defaultLocale'>,
  now: Date,
): Promise<Prepared> {
  const { channel, purpose, locale, data, customer, context } = delivery;
  const links = linksIn(delivery, options, now);
  const outcome = await renderMessage(liquid, {
    template,
    channel,
    purpose,
    locale,
    data,
    customer,
    context,
    label: delivery.label ?? undefined,
    ...links,
  });
  if (!outcome.ok) return failureOf(outcome);
  return {
    kind: 'ready',
    message: {
      ...outcome.message,
      at: now.toISOString(),
      ...(links.unsubscribeUrl ? { unsubscribeUrl: links.unsubscribeUrl } : {}),
      ...(channel === 'webhook' ? { data } : {}),
    },
  };
}

function failureOf({ code }: Extract<RenderOutcome, { ok: false }>): Prepared {
  return code === 'RENDERER_BUSY' ? { kind: 'later' } : { kind: 'failed', code };
}

/** `content` is what a template says in one language, whichever that is. */
function contentOf({ content, locale }: Claimed): Pick<TemplateDefinition, 'locales' | 'defaultLocale'> | undefined {
  return content === null ? undefined : { locales: { [locale]: content }, defaultLocale: locale };
}
