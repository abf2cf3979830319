import { applyDecorators, Controller, Get, HttpCode, Post, Res } from '@nestjs/common';
import { ApiTags } from '@nestjs/swagger';
import type { Profile } from '@rapport/contracts';
import { ProblemException } from '@rapport/platform';
import type { FastifyReply } from 'fastify';
import { type ConfirmLink, confirmed, confirmLinkOf, type PreferencesLink, preferencesLinkOf } from '../domain/personal-link.js';
import { changesIn, unclearQuietHoursIn, viewAfter } from '../domain/preference-form.js';
import { interactionsOf, type PreferenceView, viewOf } from '../domain/preferences.js';
import { v7 as uuidv7 } from 'uuid';
import { FromLink, type LinkRequest } from './from-link.js';
import { PREFERENCE_PAGE_DOORS } from './openapi/preference-doors.js';
import { OwnInteractions } from './own-interactions.js';
import { type PageRequest, PersonalPages } from './personal-pages.js';
import { preferencesPage } from './preferences-page.js';
import { wordingIn } from './preferences-words.js';
import { bodyOf, RawBody } from './request-body.js';
import { part, Upstreams } from './upstreams.js';

const FORM_BYTES_MAX = 32_768;

/** The preference centre. A GET (mail scanners follow links) changes nothing. */
@Controller('p')
@ApiTags('Preferences')
export class PreferencesController {
  constructor(
    private readonly pages: PersonalPages,
    private readonly upstreams: Upstreams,
    private readonly interactions: OwnInteractions,
  ) {}

  @Get(':token')
  @PREFERENCE_PAGE_DOORS.page
  page(@FromLink() { token, lang, request }: LinkRequest, @Res() reply: FastifyReply): Promise<void> {
    const asked: PageRequest = { token, lang, request, reply };
    return this.pages.open(asked, preferencesLinkOf, async (link) => {
      const view = await this.viewFor(link);
      this.pages.show(asked, 200, preferencesPage(view, this.pages.languageFor(asked, view.language?.value)));
    });
  }

  @Post(':token')
  @HttpCode(200)
  @applyDecorators(RawBody(), PREFERENCE_PAGE_DOORS.save)
  save(@FromLink() { token, lang, request }: LinkRequest, @Res() reply: FastifyReply): Promise<void> {
    const asked: PageRequest = { token, lang, request, reply };
    return this.pages.open(asked, preferencesLinkOf, async (link, now) => {
      const form = new URLSearchParams((await bodyOf(request, FORM_BYTES_MAX)).toString('utf8'));
      const view = await this.viewFor(link);
      const language = this.pages.languageFor(asked, view.language?.value);
      const changes = changesIn(form, view, wordingIn(language));
      const saying = {
        identifiers: { [link.t]: link.a },
        channel: 'web',
        at: now.toISOString(),
        source: 'preference-centre',
        actor: 'customer',
      } as const;
      const items = interactionsOf(changes, saying);
      await this.interactions.acceptAll(items, { source: 'preference-centre', keyId: 'link', messageId: uuidv7() });
      const after = viewAfter(view, changes);
      const news = { saved: items.length > 0, unclearQuietHours: unclearQuietHoursIn(form) };
      this.pages.show(asked, 200, preferencesPage(after, this.pages.languageFor(asked, after.language?.value), news));
    });
  }

  /** Somebody of whom nothing is known (any more) can still say how his address may be used. */
  private async viewFor({ t, a }: PreferencesLink): Promise<PreferenceView> {
    try {
      return viewOf((await this.upstreams.profiles.get<Profile>(`/profiles/${part(`${t}:${a}`)}`)).body);
    } catch (error) {
      if (!(error instanceof ProblemException) || error.getStatus() !== 404) throw error;
      const contactPoints: Profile['contactPoints'] =
        t === 'email' ? [{ channel: 'email', address: a, verified: false, reachable: true }] : [];
      return viewOf({ contactPoints, consents: [], contacts: { byChannel: {}, byHandling: {} } });
    }
  }
}

/** Double opt-in: the link of the confirmation mail. The button confirms, the link alone does not: mail scanners follow links. */
@Controller('c')
@ApiTags('Preferences')
export class ConfirmController {
  constructor(
    private readonly pages: PersonalPages,
    private readonly interactions: OwnInteractions,
  ) {}

  @Get(':token')
  @PREFERENCE_PAGE_DOORS.confirmPage
  page(@FromLink() { token, lang, request }: LinkRequest, @Res() reply: FastifyReply): Promise<void> {
    const asked: PageRequest = { token, lang, request, reply };
    return this.pages.open(asked, confirmLinkOf, ({ u }) => this.pages.notice(asked, 'confirm', u), 'expiredConfirmation');
  }

  @Post(':token')
  @HttpCode(200)
  @applyDecorators(RawBody(), PREFERENCE_PAGE_DOORS.confirm)
  confirm(@FromLink() { token, lang, request }: LinkRequest, @Res() reply: FastifyReply): Promise<void> {
    const asked: PageRequest = { token, lang, request, reply };
    const confirm = async (link: ConfirmLink, now: Date): Promise<void> => {
      const form = new URLSearchParams((await bodyOf(request, FORM_BYTES_MAX)).toString('utf8'));
      if (form.get('confirm') !== 'yes') return this.pages.notice(asked, 'confirm', link.u); // a scanner that posts has not pressed the button
      // one request is confirmed once: an old link does not undo a later withdrawal
      const origin = { source: 'double-opt-in', keyId: 'link', messageId: `confirm:${link.r}` };
      await this.interactions.accept(confirmed(link, now.toISOString()), origin);
      this.pages.notice(asked, 'confirmed');
    };
    return this.pages.open(asked, confirmLinkOf, confirm, 'expiredConfirmation');
  }
}
