import { pageOf, ref } from './components.js';
import { Door, PAGE } from './door.js';
import { INBOX_MESSAGE, TASK } from './examples.js';

const ID = { id: 'The id of the task.' };

export const TASK_DOORS = {
  list: Door({
    scope: 'tasks:read',
    summary: 'List tasks of people',
    query: {
      status: { description: 'Only these.', schema: { type: 'string', enum: ['open', 'claimed', 'completed', 'expired'] } },
      ...PAGE,
    },
    answer: { status: 200, description: 'A page of tasks.', schema: pageOf(ref('Task')), example: { data: [TASK], nextCursor: null } },
    problems: [400],
  }),
  one: Door({
    scope: 'tasks:read',
    summary: 'One task',
    params: ID,
    answer: { status: 200, description: 'The task.', schema: ref('Task'), example: TASK },
    problems: [404],
  }),
  claim: Door({
    scope: 'tasks:write',
    summary: 'Claim a task',
    description: 'For a time nobody else can take it.',
    params: ID,
    idempotent: true,
    body: {
      schema: { type: 'object', required: ['agentId'], properties: { agentId: { type: 'string', minLength: 1, maxLength: 100 } } },
      examples: { agent: { agentId: 'agent-7' } },
    },
    answer: {
      status: 200,
      description: 'The claimed task.',
      schema: ref('Task'),
      example: { ...TASK, status: 'claimed', agentId: 'agent-7' },
    },
    problems: [404, 409],
  }),
  complete: Door({
    scope: 'tasks:write',
    summary: 'Complete a task',
    description: 'The outcome is an interaction with the customer (`Call Ended`, `Task Completed`) and changes what is decided next.',
    params: ID,
    idempotent: true,
    body: {
      schema: {
        type: 'object',
        required: ['outcome'],
        properties: {
          outcome: { type: 'string', pattern: '^[a-z][a-z0-9_]{0,39}$' },
          agentId: { type: 'string', maxLength: 100 },
          notes: { type: 'string', maxLength: 4000 },
        },
      },
      examples: { resolved: { agentId: 'agent-7', outcome: 'resolved', notes: 'Refund agreed.' } },
    },
    answer: {
      status: 200,
      description: 'The completed task.',
      schema: ref('Task'),
      example: { ...TASK, status: 'completed', agentId: 'agent-7', outcome: 'resolved' },
    },
    problems: [404, 409],
  }),
} as const;

export const INBOX_DOORS = {
  read: Door({
    scope: 'notifications:write',
    summary: 'A customer has read an inbox message',
    description: 'An interaction like any other.',
    params: { messageId: 'The id of the message.' },
    idempotent: true,
    answer: {
      status: 200,
      description: 'The message.',
      schema: ref('InboxMessage'),
      example: { ...INBOX_MESSAGE, readAt: '2026-01-15T09:05:00.000Z' },
    },
    problems: [404],
  }),
} as const;
