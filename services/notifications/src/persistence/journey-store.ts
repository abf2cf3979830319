import { Inject, Injectable } from '@nestjs/common';
import { PG_POOL, type Sql, sqlOf } from '@rapport/platform';
import type pg from 'pg';
import type { JourneyDefinition } from '../domain/journey.js';

export const JOURNEY_STATES = ['draft', 'live', 'paused', 'archived'] as const;
export type JourneyState = (typeof JOURNEY_STATES)[number];

export interface JourneyView extends JourneyDefinition {
  readonly id: string;
  readonly state: JourneyState;
  /** The newest version; its definition is shown. */
  readonly version: number;
  /** The version that new runs begin on, while it is live or paused. */
  readonly liveVersion: number | null;
  readonly createdAt: string;
  readonly updatedAt: string;
}

interface JourneyRow {
  id: string;
  state: JourneyState;
  version: number;
  live_version: number | null;
  definition: JourneyDefinition;
  created_at: Date;
  updated_at: Date;
}

/** Journeys and their versions. Each change is one statement, so that two people at once cannot mix theirs. */
@Injectable()
export class JourneyStore {
  private readonly sql: Sql;

  constructor(@Inject(PG_POOL) pool: pg.Pool) {
    this.sql = sqlOf(pool);
  }

  /** A draft. The same id again changes nothing. */
  async create(id: string, definition: JourneyDefinition, at: Date): Promise<JourneyView> {
    await this.sql.query('create-journey', CREATE, [id, definition.name, JSON.stringify(definition), at]);
    return (await this.find(id)) as JourneyView;
  }

  async find(id: string): Promise<JourneyView | undefined> {
    const [row] = await this.sql.query<JourneyRow>('find-journey', `${VIEW} WHERE j.id = $1`, [id]);
    return row && viewOf(row);
  }

  /** Newest first. */
  async list(state: JourneyState | null, beforeId: string | null, limit: number): Promise<JourneyView[]> {
    const text = `${VIEW} WHERE ($1::text IS NULL OR j.state = $1) AND ($2::uuid IS NULL OR j.id < $2) ORDER BY j.id DESC LIMIT $3`;
    return (await this.sql.query<JourneyRow>('list-journeys', text, [state, beforeId, limit])).map(viewOf);
  }

  /** The next version; what is live stays live on its own version until this one is published. @returns false when it is archived or unknown. */
  async edit(id: string, definition: JourneyDefinition, at: Date): Promise<boolean> {
    return (await this.sql.query('edit-journey', EDIT, [id, definition.name, JSON.stringify(definition), at])).length > 0;
  }

  /** From now on runs begin on the newest version. @returns false when it is archived or unknown. */
  async publish(id: string, at: Date): Promise<boolean> {
    return (await this.sql.query('publish-journey', PUBLISH, [id, at])).length > 0;
  }

  /** @returns false when it is not in one of the states `from`. */
  async setState(id: string, from: readonly JourneyState[], to: JourneyState, at: Date): Promise<boolean> {
    return (
      (
        await this.sql.query(
          'set-journey-state',
          'UPDATE journeys SET state = $3, updated_at = $4 WHERE id = $1 AND state = ANY ($2::text[]) RETURNING id',
          [id, from, to, at],
        )
      ).length > 0
    );
  }
}

const CREATE = `
  WITH journey AS (
    INSERT INTO journeys (id, name, state, version, created_at, updated_at) VALUES ($1, $2, 'draft', 1, $4, $4) ON CONFLICT ON CONSTRAINT journeys_pkey DO NOTHING RETURNING id
  )
  INSERT INTO journey_versions (journey_id, version, definition, created_at) SELECT id, 1, $3, $4 FROM journey`;

const EDIT = `
  WITH journey AS (
    UPDATE journeys SET name = $2, version = version + 1, updated_at = $4 WHERE id = $1 AND state <> 'archived' RETURNING id, version
  )
  INSERT INTO journey_versions (journey_id, version, definition, created_at) SELECT id, version, $3, $4 FROM journey RETURNING version`;

const PUBLISH = `
  UPDATE journeys j SET state = 'live', live_version = v.version, trigger_segment_id = (v.definition->'trigger'->>'segment')::uuid,
    trigger_on = v.definition->'trigger'->>'on', updated_at = $2
  FROM journey_versions v WHERE j.id = $1 AND j.state <> 'archived' AND v.journey_id = j.id AND v.version = j.version RETURNING j.id`;

const VIEW = `
  SELECT j.id, j.state, j.version, j.live_version, v.definition, j.created_at, j.updated_at
  FROM journeys j JOIN journey_versions v ON v.journey_id = j.id AND v.version = j.version`;

function viewOf({ id, state, version, live_version, definition, created_at, updated_at }: JourneyRow): JourneyView {
  return {
    id,
    ...definition,
    state,
    version,
    liveVersion: live_version,
    createdAt: created_at.toISOString(),
    updatedAt: updated_at.toISOString(),
  };
}
