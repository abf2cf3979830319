import { Body, Controller, Get, HttpCode, Inject, Param, Post, Put, Query } from '@nestjs/common';
import { ApiBody, ApiOperation, ApiTags } from '@nestjs/swagger';
import { decodeCursor, encodeCursor, Idempotent, type Page, PageQuery, ProblemException } from '@rapport/platform';
import { IsIn, IsInt, IsObject, IsOptional, IsString, Matches, Max, MaxLength, Min } from 'class-validator';
import type { LiquidPool } from './liquid-pool.js';
import { type RenderedMessage, type RenderFailure, renderMessage } from './render-message.js';
import {
  LOCALE_PATTERN,
  type Template,
  type TemplateDefinition,
  TemplateDefinition as TemplateSchema,
  WRITTEN_CHANNELS,
  type WrittenChannel,
} from './template.js';
import { TemplateStore } from './template-store.js';
import { shapeErrors, sourceErrors } from './validate-template.js';

/** Authors' requests have a process of their own: whatever they try there, sending goes on. */
export const AUTHORING_LIQUID = Symbol('AUTHORING_LIQUID');

const NAME = /^[a-z0-9][a-z0-9._-]{0,99}$/;
const STATUS_OF: Readonly<Record<RenderFailure, number>> = {
  LOCALE_MISSING: 422,
  TEMPLATE_FAILED: 422,
  TEMPLATE_TOO_EXPENSIVE: 422,
  RENDERER_BUSY: 503,
};

export class PreviewRequest {
  @IsIn(WRITTEN_CHANNELS)
  channel!: WrittenChannel;

  /** What the customer prefers; the usual fall-back applies. */
  @IsOptional()
  @Matches(new RegExp(LOCALE_PATTERN))
  locale?: string;

  @IsOptional()
  @IsInt()
  @Min(1)
  @Max(1_000_000)
  version?: number;

  @IsOptional()
  @IsObject()
  data?: Record<string, unknown>;

  @IsOptional()
  @IsObject()
  customer?: Record<string, unknown>;

  @IsOptional()
  @IsObject()
  context?: Record<string, unknown>;

  @IsOptional()
  @IsString()
  @MaxLength(50)
  label?: string;
}

@ApiTags('templates')
@Controller('internal/v1/templates')
export class TemplatesController {
  constructor(
    @Inject(TemplateStore) private readonly templates: TemplateStore,
    @Inject(AUTHORING_LIQUID) private readonly liquid: LiquidPool,
  ) {}

  @Put(':name')
  @Idempotent()
  @ApiOperation({ summary: 'Store a template; every change is a new version' })
  @ApiBody({ schema: TemplateSchema as never })
  async put(@Param('name') name: string, @Body() body: unknown): Promise<Template> {
    if (!NAME.test(name))
      throw refused([{ pointer: '/name', detail: 'Lower-case letters, digits, dot, dash and underscore, at most 100' }]);
    const shape = shapeErrors(body);
    if (shape.length > 0) throw refused(shape);
    const sources = await sourceErrors(this.liquid, body as TemplateDefinition);
    if (sources === 'busy') throw busy();
    if (sources.length > 0) throw refused(sources);
    return this.templates.put(name, body as TemplateDefinition, new Date());
  }

  @Get()
  @ApiOperation({ summary: 'The newest version of every template' })
  async list(@Query() { limit, cursor }: PageQuery): Promise<Page<Template>> {
    const { name: after } = cursor === undefined ? { name: '' } : decodeCursor<{ name: string }>(cursor);
    const found = await this.templates.list(typeof after === 'string' ? after : '', limit + 1);
    const data = found.slice(0, limit);
    return { data, nextCursor: found.length > limit ? encodeCursor({ name: data.at(-1)?.name }) : null };
  }

  @Get(':name')
  @ApiOperation({ summary: 'One template, its newest version or the one asked for' })
  get(@Param('name') name: string, @Query('version') version?: string): Promise<Template> {
    return this.find(name, version === undefined ? undefined : Number(version));
  }

  @Post(':name/preview')
  @HttpCode(200)
  @ApiOperation({ summary: 'What would be sent: the same code renders both' })
  async preview(
    @Param('name') name: string,
    @Body() { channel, locale, version, data = {}, customer, context, label }: PreviewRequest,
  ): Promise<RenderedMessage> {
    const template = await this.find(name, version);
    const unsubscribeUrl = template.purpose === 'transactional' ? undefined : 'https://example.com/u/preview';
    const outcome = await renderMessage(this.liquid, {
      template,
      channel,
      purpose: template.purpose,
      locale,
      data,
      customer,
      context,
      label,
      unsubscribeUrl,
    });
    if (outcome.ok) return outcome.message;
    if (outcome.code === 'RENDERER_BUSY') throw busy();
    const errors = outcome.field ? [{ pointer: `/${channel}/${outcome.field}`, detail: outcome.detail }] : undefined;
    throw new ProblemException(STATUS_OF[outcome.code], `NOTIFICATIONS_${outcome.code}`, outcome.detail, errors);
  }

  private async find(name: string, version: number | undefined): Promise<Template> {
    const known = NAME.test(name) && (version === undefined || (Number.isInteger(version) && version > 0 && version < 2 ** 31));
    const template = known ? await this.templates.find(name, version) : undefined;
    if (!template) throw new ProblemException(404, 'NOTIFICATIONS_TEMPLATE_NOT_FOUND', 'There is no such template.');
    return template;
  }
}

function refused(errors: readonly { pointer: string; detail: string }[]): ProblemException {
  return new ProblemException(400, 'NOTIFICATIONS_TEMPLATE_INVALID', 'The template cannot be used as it is.', errors);
}

function busy(): ProblemException {
  return new ProblemException(503, 'NOTIFICATIONS_RENDERER_BUSY', 'Too many texts are waiting to be rendered.', undefined, {
    'retry-after': '2',
  });
}
