import { Inject, Injectable } from '@nestjs/common';
import { logger, ProblemException, SERVICE_CONFIG, verifyLink } from '@rapport/platform';
import type { FastifyReply, FastifyRequest } from 'fastify';
import type { GatewayConfig } from '../config.js';
import type { LinkReading } from '../domain/personal-link.js';
import type { Json } from '../domain/parse-json.js';
import { Access } from './access.js';
import { LANGUAGES, type Language, languageOf, PAGE_HEADERS } from './page.js';
import { type NoticeKind, noticePage } from './preferences-page.js';

const STATUS: Readonly<Record<NoticeKind, number>> = {
  bad: 404,
  expired: 404,
  expiredConfirmation: 404,
  later: 503,
  confirm: 200,
  confirmed: 200,
};
/** A page costs a read of another service, so all of them together get a two-hundredth of what one key may send. */
const PAGE_COST = 200;
const ALL_PAGES = { id: 'pages' };

/** One request for a page behind a personal link. */
export interface PageRequest {
  readonly token: string;
  readonly lang: string | undefined;
  readonly request: FastifyRequest;
  readonly reply: FastifyReply;
}

/** What the pages behind personal links have in common: the link is the permission, and every answer is a page. */
@Injectable()
export class PersonalPages {
  constructor(
    @Inject(SERVICE_CONFIG) private readonly config: GatewayConfig,
    private readonly access: Access,
  ) {}

  /**
   * Reads the link and answers with `work`; says so on a page when the link is no good, or a service is down.
   * @param expired what is said of a link whose time is over
   */
  async open<L>(
    asked: PageRequest,
    read: (payload: Json | undefined, now: Date) => LinkReading<L>,
    work: (link: L, now: Date) => Promise<void> | void,
    expired: NoticeKind = 'expired',
  ): Promise<void> {
    const now = new Date();
    const reading = read(verifyLink<Json>(asked.token, this.config.linkSecret), now);
    if (reading.kind !== 'good') return this.notice(asked, reading.kind === 'bad' ? 'bad' : expired);
    try {
      this.access.charge(ALL_PAGES, PAGE_COST, asked.reply);
      await work(reading.link, now);
    } catch (error) {
      if (!(error instanceof ProblemException)) throw error;
      logger.warn({ code: error.code }, 'a page could not be shown');
      asked.reply.headers({ ...error.headers });
      this.notice(asked, 'later');
    }
  }

  /** @param purpose what a confirmation is about */
  notice(asked: PageRequest, kind: NoticeKind, purpose?: string): void {
    this.show(asked, STATUS[kind], noticePage(kind, this.languageFor(asked), purpose));
  }

  show({ reply }: PageRequest, status: number, html: string): void {
    void reply.status(status).headers(PAGE_HEADERS).send(html);
  }

  /** What was chosen on the page, else what is known of the person, else what his browser says. */
  languageFor({ lang, request }: PageRequest, known?: string): Language {
    const chosen = [lang, known?.slice(0, 2)].find((one) => LANGUAGES.includes(one as Language));
    return (chosen as Language | undefined) ?? languageOf(request.headers['accept-language']);
  }
}
