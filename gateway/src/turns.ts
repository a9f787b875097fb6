/**
 * Does things one after the other, at most `most` of them in a turn of the event loop: what comes together would else be done in one
 * turn, for whose end everybody else waits.
 */
export function inTurns(most: number): (work: () => void) => void {
  const due: (() => void)[] = [];
  const some = () => {
    const now = due.splice(0, most);
    if (due.length > 0) setImmediate(some);
    for (const work of now) work();
  };
  return (work) => {
    due.push(work);
    if (due.length === 1) setImmediate(some);
  };
}
