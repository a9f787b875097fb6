export const hours = {
  page: {
    create: 'New business hours', scope: 'Whom changes concern', NEW_ONLY: 'Only clocks that begin from now on', RETARGET_OPEN: 'Running clocks too', saved: 'The business hours are saved', retargeted: 'Saved; {count} clocks are being counted anew', tookIn: '{count} days read; they count once saved', failed: 'The business hours did not load', missing: 'There are no such business hours',
  },
  state: { closes: 'Open until {at}', opens: 'Closed, opens {at}', always: 'Always open', never: 'Never opens again' },
  form: {
    name: 'Name', key: 'Key', keyHint: 'Lower-case letters, digits or underscores; policies and rules name it; it never changes', zone: 'Time zone', week: 'Weekly intervals', copyMonday: 'Tuesday to Friday like Monday', weekHint: 'A day may have several intervals; an end before the begin runs over midnight; the end of a day is 24:00.',
    closed: 'Closed', interval: 'Interval', from: '{label}, begin of interval {number}', to: '{label}, end of interval {number}', overnight: 'next day', removeInterval: '{label}, remove interval {number}', addInterval: '{label}, add an interval',
    since: 'From {date}', until: 'Before {date}', later: 'to come', begun: 'in force', change: 'Change the weekly hours', changeDate: 'Day of the change', addPeriod: 'Other hours from this day on', removePeriod: 'Remove the hours from {date}', changeHint: 'Days before the change are still counted by the hours they had; holidays and make-up workdays go before weekly hours.',
    special: 'Holidays and make-up workdays', newDate: 'Date', addDay: 'Add a day', plan: 'Mainland China 2026', ics: 'Import an .ics file', noSpecial: 'No special days: each day is as its weekday.', dayName: 'Name of {date}', dayKind: 'Kind of {date}', removeDay: 'Remove {date}',
  },
  past: { title: 'This changes days that have passed', text: '{count} days that have passed would be counted by the new hours.', clocks: 'Existing clocks keep their result; the proof of each ticket lists what would differ. To change from a day on only, go back and add the day of the change.', day: 'Day', before: 'Was', after: 'Becomes', more: '{count} more days are not listed.', back: 'Go back', confirm: 'Correct the past' },
  kind: { HOLIDAY: 'Holiday', MAKE_UP_WORKDAY: 'Make-up workday', OTHER_HOURS: 'Other hours' },
  weekday: { 1: 'Monday', 2: 'Tuesday', 3: 'Wednesday', 4: 'Thursday', 5: 'Friday', 6: 'Saturday', 7: 'Sunday' },
  short: { 1: 'Mon', 2: 'Tue', 3: 'Wed', 4: 'Thu', 5: 'Fri', 6: 'Sat', 7: 'Sun' },
  month: { before: 'The month before', after: 'The month after' },
};
