import { pageOf, ref } from './components.js';
import { Door, type DoorOptions, PAGE } from './door.js';
import { MEMBER, PROFILE_ID, SEGMENT } from './examples.js';

const VERSION = { version: 1, name: SEGMENT.name, description: SEGMENT.description, rule: SEGMENT.rule, createdAt: SEGMENT.createdAt };
const ID = { id: 'The id of the segment.' };
const RULE_TEXT = 'A bad rule is refused with a pointer to the leaf.';
const INPUT = { schema: ref('SegmentInput'), examples: { loyal: { name: SEGMENT.name, rule: SEGMENT.rule } } } as const;

const EDIT = { schema: ref('SegmentEdit'), examples: { loyal: { name: SEGMENT.name, rule: SEGMENT.rule, version: 1 } } } as const;

const read = (options: Omit<DoorOptions, 'scope'>): MethodDecorator => Door({ scope: 'segments:read', ...options });
const write = (options: Omit<DoorOptions, 'scope'>): MethodDecorator => Door({ scope: 'segments:write', ...options });

export const SEGMENT_DOORS = {
  create: write({
    summary: 'Create a segment',
    description: `It is filled from history (\`backfilling\`), then \`live\`: customers enter and leave the moment an interaction or the clock makes it so. ${RULE_TEXT}`,
    body: INPUT,
    idempotent: true,
    answer: { status: 201, description: 'The segment.', schema: ref('Segment'), example: SEGMENT },
    problems: [409, 422],
  }),
  list: read({
    summary: 'List segments',
    query: {
      state: {
        description: 'The present ones, or the archived.',
        schema: { type: 'string', enum: ['present', 'archived'], default: 'present' },
      },
      ...PAGE,
    },
    answer: {
      status: 200,
      description: 'A page of segments.',
      schema: pageOf(ref('Segment')),
      example: { data: [SEGMENT], nextCursor: null },
    },
    problems: [400],
  }),
  one: read({
    summary: 'One segment',
    params: ID,
    answer: { status: 200, description: 'The segment.', schema: ref('Segment'), example: SEGMENT },
    problems: [404],
  }),
  edit: write({
    summary: 'Edit a segment',
    description: `Makes the next version, filled from history again. With \`version\` it is refused (409) when somebody else has edited it since. ${RULE_TEXT}`,
    params: ID,
    body: EDIT,
    idempotent: true,
    answer: {
      status: 200,
      description: 'The new version.',
      schema: ref('Segment'),
      example: { ...SEGMENT, version: 2, state: 'backfilling' },
    },
    problems: [404, 409, 422],
  }),
  archive: write({
    summary: 'Archive a segment',
    description: 'Its members leave it.',
    params: ID,
    idempotent: true,
    answer: { status: 200, description: 'The archived segment.', schema: ref('Segment'), example: { ...SEGMENT, state: 'archived' } },
    problems: [404, 409],
  }),
  members: read({
    summary: 'The members of a segment',
    params: ID,
    query: PAGE,
    answer: {
      status: 200,
      description: 'A page of members.',
      schema: pageOf(ref('SegmentMember')),
      example: { data: [MEMBER], nextCursor: null },
    },
    problems: [404],
  }),
  versions: read({
    summary: 'The versions of a segment',
    params: ID,
    query: PAGE,
    answer: {
      status: 200,
      description: 'Newest first.',
      schema: pageOf(ref('SegmentVersion')),
      example: { data: [VERSION], nextCursor: null },
    },
    problems: [404],
  }),
  preview: read({
    summary: 'Preview a segment as it stands',
    description: 'Not supported yet: answers 422.',
    params: ID,
    answer: {
      status: 200,
      description: 'How many would be in it, and some of them.',
      schema: ref('SegmentPreview'),
      example: { count: 412, sample: [PROFILE_ID] },
    },
    problems: [404, 422],
  }),
  previewNew: write({
    summary: 'Preview a rule',
    description: 'Not supported yet: answers 422.',
    body: INPUT,
    answer: {
      status: 200,
      description: 'How many would be in it, and some of them.',
      schema: ref('SegmentPreview'),
      example: { count: 412, sample: [PROFILE_ID] },
    },
    problems: [422],
  }),
} as const;
