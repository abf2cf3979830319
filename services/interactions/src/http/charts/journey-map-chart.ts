import { STAGES } from '@rapport/contracts';
import type { JourneyMap, MapTouchpoint, MapTransition } from '../../domain/maps/journey-map.js';
import { escapeXml, FAINT, fix, grade, INK, lasting, LINE, page, percent, rect, short, text, titled } from './svg.js';

const WIDTH = 1600;
const TOP = 168;
const MAP_HEIGHT = 640;
const NODE_WIDTH = 268;
const COLUMN_X = { pre_purchase: 60, purchase: 646, post_purchase: 1232 } as const;
const STAGE_COLOUR = { pre_purchase: '#2f6fb2', purchase: '#7a4fa3', post_purchase: '#1f8a83' } as const;
/** More would be a slide that nobody reads. */
const NODES_PER_STAGE_MAX = 7;
const LINKS_MAX = 28;
const LABELS_MAX = 10;
const WAYS_SHOWN = 6;
const GAP = 14;
const NODE_HEIGHT_MIN = 58;
const NODE_HEIGHT_MAX = 150;
const LINK_WIDTH_MAX = 34;
/** Those that go back, or stay within the stage, are drawn lighter: they would cover the way forward. */
const SIDE_WIDTH_MAX = 9;
const LABEL_HEIGHT = 16;

interface Node {
  readonly one: MapTouchpoint;
  readonly x: number;
  readonly y: number;
  readonly height: number;
}

const keyOf = ({ stage, touchpoint }: Pick<MapTouchpoint, 'stage' | 'touchpoint'>): string => `${stage}.${touchpoint}`;

/** A slide, 16 by 9 (longer with an outcome): a column per stage, a box per touchpoint, a band per transition as wide as its volume. */
export function journeyMapChart(map: JourneyMap): string {
  const nodes = new Map(
    STAGES.flatMap((stage) => layColumn(map.touchpoints.filter((one) => one.stage === stage))).map((node) => [keyOf(node.one), node]),
  );
  const links = map.transitions
    .filter(({ from, to }) => keyOf(from) !== keyOf(to) && nodes.has(keyOf(from)) && nodes.has(keyOf(to)))
    .slice(0, LINKS_MAX);
  const { started, dropped, open } = map.journeys;
  const said = `${map.period.from} to ${map.period.to}, ${short(started)} journeys begun, ${short(dropped)} ended, ${short(open)} under way`;
  const height = TOP + MAP_HEIGHT + 92 + (map.outcome === null ? 0 : 90 + 34 * Math.min(WAYS_SHOWN, Math.max(1, map.outcome.ways.length)));
  return page(WIDTH, height, 'Journey map', said, [
    text(60, 62, 'Journey map', { size: 34, weight: 700 }),
    text(60, 94, `${said}${map.segmentId === null ? '' : ` · segment ${map.segmentId}`}`, { size: 16, fill: FAINT }),
    ...STAGES.map((stage) => stageHead(stage)),
    ...(nodes.size === 0
      ? [text(WIDTH / 2, TOP + 200, 'Nothing happened in this period.', { size: 22, fill: FAINT, anchor: 'middle' })]
      : []),
    ...drawLinks(links, nodes),
    ...[...nodes.values()].flatMap(drawNode),
    ...legend(TOP + MAP_HEIGHT + 56),
    ...(map.outcome === null ? [] : drawWays(map.outcome, TOP + MAP_HEIGHT + 122)),
  ]);
}

function stageHead(stage: keyof typeof COLUMN_X): string {
  const x = COLUMN_X[stage];
  const name = { pre_purchase: 'Before the purchase', purchase: 'Purchase', post_purchase: 'After the purchase' }[stage];
  return text(x, 142, name, { size: 17, weight: 700, fill: STAGE_COLOUR[stage] }) + rect(x, 150, NODE_WIDTH, 3, STAGE_COLOUR[stage]);
}

function layColumn(touchpoints: readonly MapTouchpoint[]): Node[] {
  const shown = touchpoints.filter(({ visits }) => visits > 0).slice(0, NODES_PER_STAGE_MAX);
  const visits = shown.reduce((sum, one) => sum + one.visits, 0);
  const free = MAP_HEIGHT - shown.length * (NODE_HEIGHT_MIN + GAP);
  let y = TOP;
  return shown.map((one) => {
    const height = Math.min(NODE_HEIGHT_MAX, NODE_HEIGHT_MIN + free * (one.visits / visits));
    const node = { one, x: COLUMN_X[one.stage], y, height };
    y += height + GAP;
    return node;
  });
}

function drawNode({ one, x, y, height }: Node): string[] {
  const { csat, nps, tone } = one.satisfaction;
  const mood = csat ? `CSAT ${percent(csat.share)}` : nps ? `NPS ${Math.round(nps.score)}` : tone ? `tone ${tone.mean.toFixed(2)}` : '';
  const happy = csat?.share ?? (nps ? (nps.score + 100) / 200 : tone ? (tone.mean + 1) / 2 : null);
  const lost = one.dropOff ?? 0;
  return [
    rect(x, y, NODE_WIDTH, height, '#ffffff', `rx="8" stroke="${STAGE_COLOUR[one.stage]}" stroke-width="1.6"`),
    rect(x + 1, y + height - 7, (NODE_WIDTH - 2) * lost, 6, '#ca543a', 'rx="3"'),
    text(x + 14, y + 25, titled(one.touchpoint), { size: 17, weight: 700 }),
    text(x + NODE_WIDTH - 14, y + 25, short(one.visits), { size: 17, weight: 700, anchor: 'end', fill: STAGE_COLOUR[one.stage] }),
    text(x + 14, y + 45, `${percent(one.dropOff)} leave here`, { size: 13, fill: lost >= 0.5 ? '#a63d26' : FAINT }),
    ...(mood === ''
      ? []
      : [
          `<circle cx="${fix(x + NODE_WIDTH - 20)}" cy="${fix(y + 41)}" r="6" fill="${grade(happy)}"/>`,
          text(x + NODE_WIDTH - 32, y + 45, mood, { size: 13, anchor: 'end', fill: FAINT }),
        ]),
  ];
}

/** Bands leave a box on the right and arrive on the left, one below the other; those within a column or backwards bend around on the right. */
function drawLinks(links: readonly MapTransition[], nodes: ReadonlyMap<string, Node>): string[] {
  const most = Math.max(1, ...links.map(({ volume }) => volume));
  const out = new Map<string, number>();
  const into = new Map<string, number>();
  const labels: string[] = [];
  const widths = links.map(({ from, to, volume }) =>
    Math.max(1.2, (COLUMN_X[to.stage] > COLUMN_X[from.stage] ? LINK_WIDTH_MAX : SIDE_WIDTH_MAX) * (volume / most)),
  );
  const taken = new Map<number, number[]>();
  const bands = [...links.keys()].map((index) => {
    const { from, to, medianSeconds } = links[index]!;
    const [a, b] = [nodes.get(keyOf(from))!, nodes.get(keyOf(to))!];
    const width = widths[index]!;
    const forward = b.x > a.x;
    const y1 = portOf(
      a,
      out,
      width,
      sumOf(links, widths, (each) => keyOf(each.from) === keyOf(from)),
    );
    const y2 = portOf(
      b,
      into,
      width,
      sumOf(links, widths, (each) => keyOf(each.to) === keyOf(to)),
    );
    const x1 = a.x + NODE_WIDTH;
    const x2 = forward ? b.x : b.x + NODE_WIDTH;
    const bend = forward ? (x2 - x1) / 2 : 40 + Math.min(44, Math.abs(y2 - y1) / 5);
    const path = forward
      ? `M${fix(x1)} ${fix(y1)} C${fix(x1 + bend)} ${fix(y1)} ${fix(x2 - bend)} ${fix(y2)} ${fix(x2)} ${fix(y2)}`
      : b.x === a.x
        ? `M${fix(x1)} ${fix(y1)} C${fix(x1 + bend)} ${fix(y1)} ${fix(x2 + bend)} ${fix(y2)} ${fix(x2)} ${fix(y2)}`
        : `M${fix(a.x)} ${fix(y1)} C${fix(a.x - (a.x - x2) / 2)} ${fix(y1)} ${fix(x2 + (a.x - x2) / 2)} ${fix(y2)} ${fix(x2)} ${fix(y2)}`;
    if (labels.length < LABELS_MAX && forward)
      labels.push(linkLabel(x1 + 12, freeFor(taken, x1, y1 + 4), `${short(links[index]!.volume)} · ${lasting(medianSeconds)}`));
    const title = `${titled(from.touchpoint)} → ${titled(to.touchpoint)}: ${links[index]!.volume}, median ${lasting(medianSeconds)}`;
    const colour = forward ? STAGE_COLOUR[from.stage] : '#94a3b8';
    return `<path d="${path}" fill="none" stroke="${colour}" stroke-opacity="${forward ? 0.3 : 0.55}" stroke-width="${fix(width)}"${forward ? '' : ' stroke-dasharray="5 4"'}><title>${escapeXml(title)}</title></path>`;
  });
  return [...bands, ...labels];
}

const sumOf = (links: readonly MapTransition[], widths: readonly number[], is: (link: MapTransition) => boolean): number =>
  links.reduce((sum, link, index) => (is(link) ? sum + widths[index]! : sum), 0);

/** The next free place on a box's side; all bands of the side are centred, and squeezed where the box is lower than they are. */
function portOf(node: Node, used: Map<string, number>, width: number, all: number): number {
  const key = keyOf(node.one);
  const room = node.height - 12;
  const scale = all > room ? room / all : 1;
  const start = used.get(key) ?? node.y + node.height / 2 - (all * scale) / 2;
  used.set(key, start + width * scale);
  return start + (width * scale) / 2;
}

/** The place nearest to `y` at which no label stands yet. */
function freeFor(taken: Map<number, number[]>, x: number, y: number): number {
  const others = taken.get(x) ?? [];
  taken.set(x, others);
  const steps = Array.from({ length: 2 * others.length + 1 }, (_, n) => y + (n % 2 === 0 ? -1 : 1) * Math.ceil(n / 2) * LABEL_HEIGHT);
  const free = steps.find((at) => others.every((other) => Math.abs(other - at) >= LABEL_HEIGHT)) ?? y;
  others.push(free);
  return free;
}

const linkLabel = (x: number, y: number, words: string): string =>
  `<text x="${fix(x)}" y="${fix(y)}" font-size="12" fill="${INK}" stroke="#ffffff" stroke-width="3.5" stroke-linejoin="round" paint-order="stroke">${escapeXml(words)}</text>`;

function legend(y: number): string[] {
  return [
    rect(60, y - 26, WIDTH - 120, 1, LINE),
    rect(60, y - 7, 40, 6, '#ca543a', 'rx="3"'),
    text(110, y, 'share of journeys that end here for 30 days', { size: 13, fill: FAINT }),
    rect(430, y - 11, 40, 12, '#2f6fb2', 'opacity="0.28"'),
    text(480, y, 'customers who go on: number · median time between', { size: 13, fill: FAINT }),
    `<path d="M850 ${y - 5} h40" stroke="#94a3b8" stroke-width="3" stroke-dasharray="7 5"/>`,
    text(900, y, 'back, or within the stage', { size: 13, fill: FAINT }),
    ...[0, 0.5, 1].map((share, index) => `<circle cx="${1110 + index * 18}" cy="${y - 5}" r="6" fill="${grade(share)}"/>`),
    text(1165, y, 'satisfaction, low to high', { size: 13, fill: FAINT }),
  ];
}

function drawWays({ event, count, ways, others }: NonNullable<JourneyMap['outcome']>, top: number): string[] {
  const most = Math.max(1, ...ways.map((way) => way.count));
  return [
    text(60, top + 12, `Ways to “${event}”`, { size: 20, weight: 700 }),
    text(60, top + 36, `${short(count)} times${others > 0 ? `; ${short(others)} on other ways` : ''}`, { size: 14, fill: FAINT }),
    ...ways.slice(0, WAYS_SHOWN).flatMap(({ steps, count: n, share }, index) => {
      const y = top + 72 + index * 34;
      return [
        rect(60, y - 16, Math.max(3, 220 * (n / most)), 20, '#dbe7f3', 'rx="3"'),
        text(68, y, `${short(n)} · ${percent(share)}`, { size: 14, weight: 600 }),
        text(300, y, steps.length === 0 ? 'at once' : steps.map(({ touchpoint }) => titled(touchpoint)).join('  →  '), { size: 15 }),
      ];
    }),
  ];
}
