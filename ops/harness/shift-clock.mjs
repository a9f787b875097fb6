// Loaded into one process by --import: its clock stands as many milliseconds off as the file CLOCK_FILE says.
// Timers go on as they were, as after a step of the system clock.
import { readFileSync, watchFile } from 'node:fs';

const file = process.env.CLOCK_FILE ?? '';
const TrueDate = Date;
let offsetMs = 0;

function look() {
  try {
    offsetMs = Number(readFileSync(file, 'utf8')) || 0;
  } catch {
    offsetMs = 0;
  }
}

class ShiftedDate extends TrueDate {
  /** @param {[] | [string | number | Date]} parts */
  constructor(...parts) {
    super(...(parts.length === 0 ? [TrueDate.now() + offsetMs] : parts));
  }

  static now() {
    return TrueDate.now() + offsetMs;
  }
}

look();
watchFile(file, { interval: 100, persistent: false }, look);
// @ts-expect-error: `Date()` without `new` is used by nobody here.
globalThis.Date = ShiftedDate;
