/** Minutes after midnight, `[from, to)`. */
export type WorkingHours = readonly (readonly [from: number, to: number])[];

export interface WorkingCalendar {
  /** By day of the week, Sunday first. */
  readonly hours: readonly WorkingHours[];
  /** `2026-02-17`, or `04-30` for every year. */
  readonly holidays: ReadonlySet<string>;
}

const at = (hour: number, minute = 0): number => hour * 60 + minute;
const OFFICE: WorkingHours = [
  [at(8), at(12)],
  [at(13), at(17, 30)],
];
const MORNING: WorkingHours = [[at(8), at(12)]];
const FREE: WorkingHours = [];
const WEEK = [FREE, OFFICE, OFFICE, OFFICE, OFFICE, OFFICE, MORNING];

/**
 * Public holidays by country. Vietnam: Labour Code 2019, art. 112, with the days before and after that the government announces for each year: Tết and the
 * Hùng Kings follow the moon, and a weekend's holiday is made up for. Great Britain: England and Wales, gov.uk/bank-holidays, substitutes included.
 * Both are those of Python's `holidays` 0.109, `country_holidays('VN')` and `('GB', subdiv='ENG')`; a year that is not here has the fixed days only.
 */
export const HOLIDAYS: Readonly<Record<string, readonly string[]>> = {
  VN: [
    ...['01-01', '04-30', '05-01', '09-02'],
    ...['2025-01-27', '2025-01-28', '2025-01-29', '2025-01-30', '2025-01-31', '2025-02-01', '2025-04-07', '2025-05-02', '2025-09-01'],
    ...[
      '2026-02-16',
      '2026-02-17',
      '2026-02-18',
      '2026-02-19',
      '2026-02-20',
      '2026-04-26',
      '2026-04-27',
      '2026-08-31',
      '2026-09-01',
      '2026-11-24',
    ],
    ...[
      '2027-02-04',
      '2027-02-05',
      '2027-02-06',
      '2027-02-07',
      '2027-02-08',
      '2027-02-09',
      '2027-02-10',
      '2027-04-16',
      '2027-05-03',
      '2027-09-03',
      '2027-11-24',
    ],
  ],
  GB: [
    ...['01-01', '12-25', '12-26'],
    ...['2025-04-18', '2025-04-21', '2025-05-05', '2025-05-26', '2025-08-25'],
    ...['2026-04-03', '2026-04-06', '2026-05-04', '2026-05-25', '2026-08-31', '2026-12-28'],
    ...['2027-03-26', '2027-03-29', '2027-05-03', '2027-05-31', '2027-08-30', '2027-12-27', '2027-12-28'],
  ],
};

/** Whose holidays hold where. A zone that is not here has none. */
const COUNTRY_OF_ZONE: Readonly<Record<string, string>> = {
  'Asia/Ho_Chi_Minh': 'VN',
  'Asia/Saigon': 'VN',
  'Asia/Hanoi': 'VN',
  'Europe/London': 'GB',
};

const calendars = new Map<string, WorkingCalendar>(
  Object.entries(HOLIDAYS).map(([country, days]) => [country, { hours: WEEK, holidays: new Set(days) }]),
);
const PLAIN: WorkingCalendar = { hours: WEEK, holidays: new Set() };

/** When people work for the customers of a zone. */
export const calendarOf = (timeZone: string): WorkingCalendar => calendars.get(COUNTRY_OF_ZONE[timeZone] ?? '') ?? PLAIN;
