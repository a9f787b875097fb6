import type { SpecialDayInput } from './hours.rules.ts';

type Plan = readonly (readonly [name: string, days: readonly string[], worked: readonly string[]])[];

const span = (month: number, from: number, to: number, year = 2026) => Array.from({ length: to - from + 1 }, (_, index) => `${year}-${String(month).padStart(2, '0')}-${String(from + index).padStart(2, '0')}`);

/**
 * Days off and make-up workdays of mainland China in 2026, as the General Office of the State Council announced them on
 * 4 November 2025. The plan of a year is announced in the autumn before it; 2027 is not in here.
 */
const CN_2026: Plan = [
  ['元旦', span(1, 1, 3), ['2026-01-04']],
  ['春节', span(2, 15, 23), ['2026-02-14', '2026-02-28']],
  ['清明节', span(4, 4, 6), []],
  ['劳动节', span(5, 1, 5), ['2026-05-09']],
  ['端午节', span(6, 19, 21), []],
  ['中秋节', span(9, 25, 27), []],
  ['国庆节', span(10, 1, 7), ['2026-09-20', '2026-10-10']],
];

/** The plans that are shipped, by the name the API knows them by. */
export const HOLIDAY_PLANS: Readonly<Record<string, Plan>> = { 'cn-2026': CN_2026 };

/** The days of a shipped plan; make-up workdays are worked from nine to six until somebody says otherwise. Null for a plan nobody ships. */
export function planDays(name: string): SpecialDayInput[] | null {
  const plan = HOLIDAY_PLANS[name];
  if (!plan) return null;
  const days = plan.flatMap(([holiday, off, worked]) => [
    ...off.map((date): SpecialDayInput => ({ date, name: holiday, kind: 'HOLIDAY', intervals: [] })),
    ...worked.map((date): SpecialDayInput => ({ date, name: `${holiday}调休`, kind: 'MAKE_UP_WORKDAY', intervals: [workday(date)] })),
  ]);
  return days.sort((a, b) => (a.date < b.date ? -1 : 1));
}

/** The usual hours of a make-up workday. */
export const workday = (date: string) => ({ weekday: ((new Date(`${date}T00:00:00Z`).getUTCDay() + 6) % 7) + 1, from: '09:00', to: '18:00' });
