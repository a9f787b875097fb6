/** When a queue opens, in the visitor's own language and zone: `18:00` today, else with its weekday and day. */
export function openingTime(at: string, locale: string, now = new Date()): string {
  const date = new Date(at);
  const isToday = date.toDateString() === now.toDateString();
  return new Intl.DateTimeFormat(locale, { hour: '2-digit', minute: '2-digit', hourCycle: 'h23', ...(isToday ? {} : { weekday: 'short', month: 'numeric', day: 'numeric' }) }).format(date);
}
