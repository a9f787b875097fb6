import { SECOND } from '../time/index.ts';
import { LiveStream } from './live-stream.ts';

const HEARTBEAT_MS = 15 * SECOND;

interface Progress<Row, Event> {
  /** The state as it is known before anybody listens. */
  first: Row;
  read(): Promise<Row | null>;
  /** Calls back with each hint that there may be more to read; gives how to stop that. */
  listen(heard: () => void): () => void;
  isOver(row: Row): boolean;
  changed(row: Row): Event;
  heartbeat(seq: number): Event;
}

/** The progress of work whose row gets a higher `seq` with each step: its present state first, then each newer one; ends after it is over. */
export function progressStream<Row extends { seq: number }, Event>({ first, read, listen, isOver, changed, heartbeat }: Progress<Row, Event>): LiveStream<Event> {
  let seq = 0;
  const show = (row: Row) => {
    if (row.seq <= seq) return;
    seq = row.seq;
    stream.push(changed(row));
    if (isOver(row)) stream.close();
  };
  const look = () => void read().then((row) => row && show(row), (error: unknown) => stream.close(error));
  const stop = listen(look);
  // The look with each beat finds what a lost hint left behind.
  const beats = setInterval(() => {
    look();
    stream.push(heartbeat(seq));
  }, HEARTBEAT_MS);
  const stream = new LiveStream<Event>(() => {
    stop();
    clearInterval(beats);
  });
  show(first);
  // What changed between the first reading and the listening.
  look();
  return stream;
}
