import { Body, Controller, Get, HttpCode, Inject, Param, ParseUUIDPipe, Post, Query } from '@nestjs/common';
import { ApiOperation, ApiTags } from '@nestjs/swagger';
import { decodeCursor, encodeCursor, type Page, PageQuery, PG_POOL, ProblemException, sqlOf } from '@rapport/platform';
import { IsIn, IsInt, IsOptional, IsString, IsUUID, Length, Matches, Max, MaxLength, Min } from 'class-validator';
import type pg from 'pg';
import { identifiersOf } from '../channels/customer-identifiers.js';
import { type InteractionItem, interactionOf, OUTCOME_PATTERN, type Task, TASK_STATUSES, type TaskStatus } from './task.js';
import { TaskStore } from './task-store.js';

const LEASE_MINUTES = 30;
const UUID = /^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/;

export class TasksQuery extends PageQuery {
  @IsOptional()
  @IsIn(TASK_STATUSES)
  status?: TaskStatus;

  @IsOptional()
  @IsString()
  @MaxLength(100)
  agentId?: string;

  @IsOptional()
  @IsUUID()
  profileId?: string;

  @IsOptional()
  @IsString()
  @MaxLength(32)
  channel?: string;
}

export class ClaimTask {
  @IsString()
  @Length(1, 100)
  agentId!: string;

  /** For how long nobody else can take it. */
  @IsOptional()
  @IsInt()
  @Min(1)
  @Max(480)
  leaseMinutes?: number;
}

export class CompleteTask {
  /** Who did it; the agent who claimed it when absent. */
  @IsOptional()
  @IsString()
  @Length(1, 100)
  agentId?: string;

  /** One word: `resolved`, `answered`, `follow_up`, `declined`, `do_not_call`; nobody was reached: `no_answer`, `busy`, `voicemail`, `unreachable`, `wrong_number`. */
  @Matches(OUTCOME_PATTERN)
  outcome!: string;

  @IsOptional()
  @IsString()
  @MaxLength(4_000)
  notes?: string;
}

/** Work for people: contacts that the decision gave to a person. */
@ApiTags('tasks')
@Controller('internal/v1/tasks')
export class TasksController {
  constructor(
    @Inject(TaskStore) private readonly tasks: TaskStore,
    @Inject(PG_POOL) private readonly pool: pg.Pool,
  ) {}

  @Get()
  @ApiOperation({ summary: 'Tasks: those that waited too long first, then the oldest' })
  async list(@Query() { limit, cursor, ...filter }: TasksQuery): Promise<Page<Task>> {
    const found = await this.tasks.list(filter, positionOf(cursor), limit + 1);
    const data = found.slice(0, limit);
    const last = data.at(-1);
    return { data, nextCursor: found.length > limit && last ? encodeCursor({ escalation: last.escalation, id: last.id }) : null };
  }

  @Get(':id')
  async get(@Param('id', ParseUUIDPipe) id: string): Promise<Task> {
    return known(await this.tasks.find(id));
  }

  @Post(':id/claim')
  @HttpCode(200)
  @ApiOperation({ summary: 'Take a task; 409 when somebody else has it' })
  async claim(@Param('id', ParseUUIDPipe) id: string, @Body() { agentId, leaseMinutes = LEASE_MINUTES }: ClaimTask): Promise<Task> {
    return (await this.tasks.claim(id, agentId, leaseMinutes * 60_000)) ?? refuse(known(await this.tasks.find(id)));
  }

  @Post(':id/complete')
  @HttpCode(200)
  @ApiOperation({ summary: 'End a task with its outcome, which is an interaction; repeating it answers the same' })
  async complete(
    @Param('id', ParseUUIDPipe) id: string,
    @Body() { agentId, outcome, notes }: CompleteTask,
  ): Promise<{ task: Task; interaction: InteractionItem }> {
    const completed = await this.tasks.complete(id, agentId, outcome, notes, new Date());
    const task = completed ?? known(await this.tasks.find(id));
    const same = task.status === 'completed' && task.outcome === outcome && (agentId === undefined || task.agentId === agentId);
    if (!same) refuse(task);
    return { task, interaction: interactionOf(task, await identifiersOf(sqlOf(this.pool), task.profileId, task)) };
  }
}

function positionOf(cursor: string | undefined): { escalation: number; id: string } | null {
  if (cursor === undefined) return null;
  const { escalation, id } = decodeCursor<{ escalation: number; id: string }>(cursor);
  return Number.isInteger(escalation) && typeof id === 'string' && UUID.test(id) ? { escalation: escalation as number, id } : null;
}

function known(task: Task | undefined): Task {
  if (!task) throw new ProblemException(404, 'NOTIFICATIONS_TASK_NOT_FOUND', 'There is no such task.');
  return task;
}

function refuse({ status }: Task): never {
  if (status === 'claimed') throw new ProblemException(409, 'NOTIFICATIONS_TASK_TAKEN', 'Somebody else has this task.');
  throw new ProblemException(409, 'NOTIFICATIONS_TASK_CLOSED', `This task is ${status === 'open' ? 'past its time' : status}.`);
}
