import { PG_POOL, sqlOf } from '@rapport/platform';
import { Inject, Injectable } from '@nestjs/common';
import type pg from 'pg';
import { defaultLocaleOf } from './choose-locale.js';
import type { Template, TemplateDefinition } from './template.js';

interface TemplateRow {
  name: string;
  version: number;
  purpose: Template['purpose'];
  default_locale: string;
  locales: Template['locales'];
  created_at: Date;
}

/** Templates by name; a version that was stored never changes. */
@Injectable()
export class TemplateStore {
  constructor(@Inject(PG_POOL) private readonly pool: pg.Pool) {}

  /** Stores the next version, unless it would say the same as the present one. @returns the version that now holds. */
  async put(name: string, definition: TemplateDefinition, at: Date): Promise<Template> {
    const current = await this.find(name);
    if (current && sameMeaning(current, definition)) return current;
    const values = [
      name,
      (current?.version ?? 0) + 1,
      definition.purpose,
      defaultLocaleOf(definition),
      JSON.stringify(definition.locales),
      at,
    ];
    const rows = await sqlOf(this.pool).query<TemplateRow>('put-template', PUT, values);
    // somebody else stored this version just now: look again at what is newest
    return rows[0] ? templateOf(rows[0]) : this.put(name, definition, at);
  }

  async find(name: string, version?: number): Promise<Template | undefined> {
    const rows = await sqlOf(this.pool).query<TemplateRow>('find-template', FIND, [name, version ?? null]);
    return rows[0] && templateOf(rows[0]);
  }

  /** The newest versions of these names, in one statement. */
  async findAll(names: readonly string[]): Promise<Map<string, Template>> {
    const rows = await sqlOf(this.pool).query<TemplateRow>('find-templates', FIND_ALL, [[...new Set(names)].sort()]);
    return new Map(rows.map((row) => [row.name, templateOf(row)]));
  }

  /** The newest version of every template after `afterName`, by name. */
  async list(afterName: string, limit: number): Promise<Template[]> {
    return (await sqlOf(this.pool).query<TemplateRow>('list-templates', LIST, [afterName, limit])).map(templateOf);
  }
}

const PUT = `
  INSERT INTO templates (name, version, purpose, default_locale, locales, created_at) VALUES ($1, $2, $3, $4, $5::json, $6)
  ON CONFLICT ON CONSTRAINT templates_pkey DO NOTHING RETURNING *`;
const FIND = 'SELECT * FROM templates WHERE name = $1 AND ($2::int IS NULL OR version = $2) ORDER BY version DESC LIMIT 1';
const FIND_ALL = 'SELECT DISTINCT ON (name) * FROM templates WHERE name = ANY($1::text[]) ORDER BY name, version DESC';
const LIST = 'SELECT DISTINCT ON (name) * FROM templates WHERE name > $1 ORDER BY name, version DESC LIMIT $2';

function templateOf(row: TemplateRow): Template {
  const { name, version, purpose, locales } = row;
  return { name, version, purpose, defaultLocale: row.default_locale, locales, createdAt: row.created_at.toISOString() };
}

function sameMeaning(template: Template, definition: TemplateDefinition): boolean {
  const meaning = (value: TemplateDefinition) => JSON.stringify([value.purpose, defaultLocaleOf(value), sorted(value.locales)]);
  return meaning(template) === meaning(definition);
}

/** The same object with its keys in one order at every level, so that equal meanings have equal JSON. */
function sorted(value: unknown): unknown {
  if (value === null || typeof value !== 'object') return value;
  return Object.fromEntries(
    Object.entries(value)
      .sort(([a], [b]) => (a < b ? -1 : 1))
      .map(([key, member]) => [key, sorted(member)]),
  );
}
