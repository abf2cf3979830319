import type { ChannelFigures, ChannelReport, Guidance, ReportRow } from '../../domain/maps/channel-report.js';
import { COMPLEXITY_RANK, SENSITIVITY_RANK } from '../../domain/maps/codes.js';
import { FAINT, fix, grade, lasting, LINE, page, percent, rect, short, text, titled } from './svg.js';

const WIDTH = 1600;
const LEFT = 60;
const NAME_WIDTH = 130;
const FIGURES_WIDTH = 560;
const TOP = 214;
const ROW_HEIGHT = 58;
const CHANNELS_MAX = 12;
const RADIUS_MAX = 25;
const GUIDANCE_SHOWN = 8;

type Kind = Pick<ReportRow, 'complexity' | 'sensitivity'>;
const kindKey = ({ complexity, sensitivity }: Kind): string => `${complexity} ${sensitivity}`;

/** A slide: a line per channel, a column per kind of matter, a circle as large as the number of contacts and coloured by what is resolved without a switch. */
export function channelReportChart(report: ChannelReport): string {
  // where matters are opened goes first, however few: that is what the slide is for
  const busy = report.channels.filter(({ contacts }) => contacts > 0);
  const channels = [...busy.filter(({ matters }) => matters > 0), ...busy.filter(({ matters }) => matters === 0)].slice(0, CHANNELS_MAX);
  const kinds = COMPLEXITY_RANK.flatMap((complexity) => SENSITIVITY_RANK.map((sensitivity) => ({ complexity, sensitivity }))).filter(
    (kind) => report.rows.some((row) => kindKey(row) === kindKey(kind) && row.contacts > 0),
  );
  const most = Math.max(1, ...report.rows.map(({ contacts }) => contacts));
  const column = (WIDTH - 2 * LEFT - NAME_WIDTH - FIGURES_WIDTH) / Math.max(1, kinds.length);
  const bottom = TOP + ROW_HEIGHT * Math.max(1, channels.length);
  const said = `${report.period.from} to ${report.period.to}, ${short(busy.reduce((sum, { contacts }) => sum + contacts, 0))} contacts`;
  const guidance = report.guidance.slice(0, GUIDANCE_SHOWN);
  const height = bottom + 70 + (guidance.length > 0 ? 60 + 30 * Math.ceil(guidance.length / 2) : 0);
  return page(WIDTH, height, 'Channel report', said, [
    text(LEFT, 62, 'Channel report', { size: 34, weight: 700 }),
    text(LEFT, 94, said, { size: 16, fill: FAINT }),
    ...heads(kinds, column),
    ...(channels.length === 0
      ? [text(WIDTH / 2, TOP + 40, 'Nothing happened in this period.', { size: 22, fill: FAINT, anchor: 'middle' })]
      : []),
    ...channels.flatMap((channel, index) => {
      const y = TOP + index * ROW_HEIGHT;
      const cells = kinds.map((kind) => report.rows.find((row) => row.channel === channel.channel && kindKey(row) === kindKey(kind)));
      return [
        rect(LEFT, y + ROW_HEIGHT, WIDTH - 2 * LEFT, 1, LINE),
        text(LEFT, y + 36, titled(channel.channel), { size: 17, weight: 700 }),
        ...cells.flatMap((cell, place) =>
          cell && cell.contacts > 0 ? drawCell(cell, LEFT + NAME_WIDTH + column * (place + 0.5), y + ROW_HEIGHT / 2, most) : [],
        ),
        ...figures(channel, y + 36),
      ];
    }),
    ...legend(bottom + 38),
    ...(guidance.length > 0 ? drawGuidance(guidance, bottom + 92) : []),
  ]);
}

function heads(kinds: readonly Kind[], column: number): string[] {
  const middle = (place: number): number => LEFT + NAME_WIDTH + column * (place + 0.5);
  return [
    ...kinds.flatMap(({ complexity, sensitivity }, place) => [
      text(middle(place), TOP - 42, titled(complexity === 'unknown' ? 'not said' : complexity), {
        size: 15,
        weight: 700,
        anchor: 'middle',
      }),
      text(middle(place), TOP - 22, sensitivity, { size: 13, anchor: 'middle', fill: sensitivity === 'sensitive' ? '#a63d26' : FAINT }),
    ]),
    ...FIGURES.map(([head, x]) => text(x, TOP - 22, head, { size: 13, weight: 600, anchor: 'end', fill: FAINT })),
    rect(LEFT, TOP - 8, WIDTH - 2 * LEFT, 2, '#94a3b8'),
  ];
}

/** Area, not radius, follows the number. */
function drawCell({ contacts, withoutSwitch }: ReportRow, x: number, y: number, most: number): string[] {
  const radius = Math.max(3, RADIUS_MAX * Math.sqrt(contacts / most));
  const right = x + 31;
  return [
    `<circle cx="${fix(x - 8)}" cy="${fix(y)}" r="${fix(radius)}" fill="${grade(withoutSwitch?.share)}" fill-opacity="0.9"/>`,
    text(right - 8, y - 1, short(contacts), { size: 13, weight: 600 }),
    ...(withoutSwitch ? [text(right - 8, y + 15, percent(withoutSwitch.share), { size: 12, fill: FAINT })] : []),
  ];
}

const FIGURES: readonly (readonly [head: string, x: number, read: (figures: ChannelFigures) => string])[] = [
  ['cost', 1080, ({ cost }) => `${short(Number(cost.amount))} ${cost.currency}`],
  ['a contact', 1180, ({ costPerContact }) => (costPerContact ? Number(costPerContact.amount).toFixed(2) : '–')],
  ['to resolve', 1275, ({ medianSecondsToResolve }) => lasting(medianSecondsToResolve)],
  ['CSAT (n)', 1390, ({ satisfaction: { csat } }) => (csat ? `${percent(csat.share)} (${short(csat.n)})` : '–')],
  ['value', 1540, ({ value }) => value.slice(0, 1).map(({ currency, amount }) => `${short(Number(amount))} ${currency}`)[0] ?? '–'],
];

const figures = (channel: ChannelFigures, y: number): string[] =>
  FIGURES.map(([, x, read]) => text(x, y, read(channel), { size: 15, anchor: 'end' }));

function legend(y: number): string[] {
  return [
    `<circle cx="${LEFT + 10}" cy="${y - 5}" r="9" fill="#cbd5e1"/>`,
    text(LEFT + 28, y, 'area: contacts; grey: nothing that could be resolved', { size: 13, fill: FAINT }),
    ...[0, 0.25, 0.5, 0.75, 1].map((share, index) => rect(470 + index * 26, y - 14, 26, 12, grade(share))),
    text(612, y, '0 to 100% of the matters opened here resolved without a switch of channel', { size: 13, fill: FAINT }),
  ];
}

function drawGuidance(guidance: readonly Guidance[], top: number): string[] {
  const each = guidance.map(({ complexity, sensitivity, channel, withoutSwitch, matters, costPerContact }, index) => {
    const x = LEFT + (index % 2) * 740;
    const y = top + 34 + Math.floor(index / 2) * 30;
    const kind = `${titled(complexity)}, ${sensitivity}`;
    const because = `${percent(withoutSwitch)} of ${short(matters)} without a switch${costPerContact ? `, ${Number(costPerContact.amount).toFixed(2)} ${costPerContact.currency} a contact` : ''}`;
    return text(x, y, `${kind}  →  ${titled(channel)}`, { size: 15, weight: 600 }) + text(x + 300, y, because, { size: 14, fill: FAINT });
  });
  return [text(LEFT, top, 'Where each kind of matter is served best', { size: 20, weight: 700 }), ...each];
}
