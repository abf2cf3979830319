import { pageOf, ref } from './components.js';
import { Door, type DoorOptions, PAGE } from './door.js';
import { MERGE, MERGE_REVIEW, PROFILE_ID, UNMERGE } from './examples.js';
import { REF } from './profile-doors.js';

const REVIEW = { id: 'The id of the review.' };
const MERGED = { ...UNMERGE, kind: 'merge', outcome: { kind: 'merged', profileId: PROFILE_ID, mergedId: MERGE.mergedId } };
const SEPARATED = { ...UNMERGE, kind: 'separate', outcome: { kind: 'separated' } };

/** 200 when it is decided within the wait of a caller, 202 when it goes on: the same answer is then at `/v1/identity-requests/{id}`. */
const decides = (example: object, options: Omit<DoorOptions, 'scope' | 'answer'>): MethodDecorator =>
  Door({
    scope: 'profiles:write',
    idempotent: true,
    answer: {
      status: 200,
      description: 'What became of it; 202 with `status: waiting` when it takes longer: see `/v1/identity-requests/{id}`.',
      schema: ref('IdentityRequest'),
      example,
    },
    problems: [404, 409, 422],
    ...options,
  });

export const IDENTITY_DOORS = {
  merge: decides(MERGED, {
    summary: 'Two profiles are one person',
    description: 'Whatever the rules say: only what one profile can hold limits it. The older one survives.',
    body: {
      schema: {
        type: 'object',
        required: ['profiles'],
        properties: { profiles: { type: 'array', minItems: 2, maxItems: 2, items: { type: 'string', maxLength: 330 } } },
      },
      examples: { refs: { profiles: ['userId:17850', 'email:ann@example.org'] } },
    },
  }),
  unmerge: decides(UNMERGE, {
    summary: 'A merge was wrong',
    description:
      'Cuts the edge that merged them, makes both profiles anew from their interactions, and keeps them apart. The answer lists what cannot be told for sure: identifiers used beside both, and what was added by hand.',
    params: REF,
    body: {
      schema: { type: 'object', required: ['mergedId'], properties: { mergedId: { type: 'string', format: 'uuid' } } },
      examples: { merged: { mergedId: MERGE.mergedId } },
    },
  }),
  request: Door({
    scope: 'profiles:read',
    summary: 'What became of a merge or an un-merge',
    params: { id: 'The id of the request.' },
    answer: { status: 200, description: 'The request.', schema: ref('IdentityRequest'), example: UNMERGE },
    problems: [404],
  }),
  reviews: Door({
    scope: 'profiles:read',
    summary: 'Merges that wait for a person',
    description: 'An interaction carried identifiers of two people whom a limit keeps apart. At most five wait for each identifier.',
    query: {
      state: { description: 'Only these.', schema: { type: 'string', enum: ['open', 'approved', 'rejected'], default: 'open' } },
      ...PAGE,
    },
    answer: {
      status: 200,
      description: 'A page of reviews.',
      schema: pageOf(ref('MergeReview')),
      example: { data: [MERGE_REVIEW], nextCursor: null },
    },
    problems: [400],
  }),
  approve: decides(MERGED, { summary: 'They are one person', description: 'Merges the two profiles of the review.', params: REVIEW }),
  reject: decides(SEPARATED, { summary: 'They are two people', description: 'No interaction merges them any more.', params: REVIEW }),
} as const;
