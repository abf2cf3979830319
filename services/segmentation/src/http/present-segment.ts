import { ProblemException } from '@rapport/platform';
import type { SegmentVersionEntity } from '../persistence/entities/segment-version.entity.js';
import type { Refusal, StoredSegment } from '../persistence/segment-definitions.js';

export interface SegmentView {
  readonly id: string;
  readonly name: string;
  readonly description: string;
  readonly version: number;
  /** `backfilling`: customers of before the last change are still being looked at; those who are heard from are up to date already. */
  readonly state: 'backfilling' | 'live' | 'archived';
  readonly rule: unknown;
  readonly createdAt: string;
  readonly updatedAt: string;
}

export function presentSegment({
  segmentId,
  name,
  description,
  version,
  rule,
  createdAt,
  updatedAt,
  archivedAt,
  backfilling,
}: StoredSegment): SegmentView {
  const state = archivedAt ? 'archived' : backfilling ? 'backfilling' : 'live';
  return { id: segmentId, name, description, version, state, rule, createdAt: createdAt.toISOString(), updatedAt: updatedAt.toISOString() };
}

export const presentVersion = ({ version, name, description, rule, createdAt }: SegmentVersionEntity) => ({
  version,
  name,
  description,
  rule,
  createdAt: createdAt.toISOString(),
});

/** A rule is the member `rule` of a request: pointers into it get that in front. */
export function problemOf(refusal: Refusal): ProblemException {
  switch (refusal.kind) {
    case 'not-found':
      return new ProblemException(404, 'SEGMENTATION_SEGMENT_NOT_FOUND', 'There is no such segment.');
    case 'archived':
      return new ProblemException(409, 'SEGMENTATION_SEGMENT_ARCHIVED', 'An archived segment cannot be edited.');
    case 'name-taken':
      return new ProblemException(409, 'SEGMENTATION_NAME_TAKEN', 'Another segment has this name.', [
        { pointer: '/name', detail: 'is taken' },
      ]);
    case 'too-many':
      return new ProblemException(
        409,
        'SEGMENTATION_TOO_MANY',
        `There are ${refusal.limit} segments, which is the limit: archive one first.`,
      );
    case 'version-differs':
      return new ProblemException(
        409,
        'SEGMENTATION_VERSION_DIFFERS',
        `Somebody else has edited the segment: its version is ${refusal.version}.`,
        [{ pointer: '/version', detail: `is ${refusal.version} now` }],
      );
    case 'in-use':
      return new ProblemException(409, 'SEGMENTATION_IN_USE', `Other segments refer to it: ${refusal.by.join(', ')}.`);
    case 'rule-invalid': {
      const errors = refusal.errors.map(({ pointer, detail }) => ({ pointer: `/rule${pointer}`, detail }));
      const notSupported = refusal.errors.every((error) => error.notSupported);
      return notSupported
        ? new ProblemException(
            400,
            'SEGMENTATION_LEAF_NOT_SUPPORTED',
            'The rule uses a part of the language that is not supported yet.',
            errors,
          )
        : new ProblemException(400, 'SEGMENTATION_RULE_INVALID', 'The rule cannot be understood.', errors);
    }
  }
}
