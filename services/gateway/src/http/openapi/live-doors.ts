import { CHANNELS } from '@rapport/contracts';
import { LIVE_TYPES } from '../../domain/live/live-fact.js';
import { Door } from './door.js';
import { LIVE_VISITOR, PROFILE_ID, SEGMENT_ID } from './examples.js';

export const LIVE_SCOPE = 'profiles:read';
const AT = LIVE_VISITOR.seenAt;

const EXAMPLE = Object.entries({
  snapshot: { at: AT, here: 1, part: 1, parts: 1, visitors: [LIVE_VISITOR] },
  membership: { profileId: PROFILE_ID, segmentId: SEGMENT_ID, name: 'hesitant', membership: 'entered', at: AT, cause: 'interaction' },
  left: { at: AT, visitors: [{ profileId: PROFILE_ID, reason: 'silent', seenAt: AT }] },
}).map(([event, data]) => `id: 1-mkgx2ww0-p.1s.b-m.2.0\nevent: ${event}\ndata: ${JSON.stringify(data)}\n\n`);

export const LIVE_DOORS = {
  listen: Door({
    scope: LIVE_SCOPE,
    summary: 'Who is on the site or in the app now, and what happens',
    description: `Server-sent events, within a second of what they tell. It begins with who is here now, and then tells each change:

| event | data |
|---|---|
| \`snapshot\` | \`{at, here, part, parts, visitors[]}\`: everybody who is here, in parts |
| \`presence\` | a visitor who has arrived or done something: page, minutes, the last steps, segments (\`null\`: not known yet), name, agent, open cases, how many orders and since when he is known |
| \`left\` | \`{at, visitors[{profileId, reason}]}\`: \`silent\` for five minutes, \`merged\` into another profile (\`mergedInto\`, \`visitor\`), \`erased\`, or \`crowded\` out where more are here than are kept |
| \`membership\`, \`delivery\`, \`case\` | a customer entered or left a segment; what became of a notification; what happened to a case; with \`visitor\` when the customer is here |
| \`reset\` | what lies between \`Last-Event-ID\` and now is not kept (\`too_old\`), or was never given out here (\`unknown\`): it begins anew |
| \`end\` | \`restarting\`, \`too_slow\`, \`unavailable\`, \`key_revoked\`; then the stream is closed |

Reconnecting with \`Last-Event-ID\` (browsers do it by themselves) goes on without a gap and without a repetition, at any gateway, also after a restart. The id is opaque. A \`presence\` is newer than the one before it only if its \`seenAt\` is; names are of the profile at that moment.`,
    query: {
      types: {
        description: 'Only these, separated by commas. `presence` stands for `snapshot`, `presence` and `left`.',
        schema: { type: 'string', examples: ['presence,membership'], pattern: `^(${LIVE_TYPES.join('|')})(,(${LIVE_TYPES.join('|')}))*$` },
      },
      segment: {
        description: 'Id of a segment: its changes of membership, and what concerns visitors who are in it.',
        schema: { type: 'string', format: 'uuid' },
      },
      channel: { description: 'Only what goes through this channel.', schema: { type: 'string', enum: CHANNELS } },
    },
    headers: { 'Last-Event-ID': 'The id of the last event that was seen.' },
    answer: {
      status: 200,
      description: 'A stream of events.',
      contentType: 'text/event-stream',
      schema: { type: 'string' },
      example: EXAMPLE.join(''),
    },
    problems: [400],
  }),
} as const;
