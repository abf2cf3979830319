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
 * Public holidays by country. Vietnam: Labour Code 2019, art. 112; the dates of Tết and of the Hùng Kings follow the moon, so they stand here by year (as
 * announced for each year, with the eve).
 */
export const HOLIDAYS: Readonly<Record<string, readonly string[]>> = {
  VN: [
    ...['01-01', '04-30', '05-01', '09-01', '09-02'],
    ...['2025-01-28', '2025-01-29', '2025-01-30', '2025-01-31', '2025-02-01', '2025-04-07'],
    ...['2026-02-16', '2026-02-17', '2026-02-18', '2026-02-19', '2026-02-20', '2026-04-26'],
    ...['2027-02-05', '2027-02-06', '2027-02-07', '2027-02-08', '2027-02-09', '2027-04-16'],
  ],
  GB: ['01-01', '12-25', '12-26', '2026-04-03', '2026-04-06', '2026-05-04', '2026-05-25', '2026-08-31'],
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
