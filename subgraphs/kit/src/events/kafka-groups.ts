import type { Taken } from './bus.ts';
import type { KafkaLink, KafkaTopic } from './kafka-link.ts';

/** An entry's id: its offset, and the id of the topic it was appended to. */
export const entryIdOf = (topic: KafkaTopic, offset: number) => `${offset}@${topic.id}`;

/** The offset of an entry of this very topic; null for one of a topic that was deleted. */
export function offsetOf(topic: KafkaTopic, entryId: string): number | null {
  const [offset, id] = entryId.split('@');
  return id === topic.id ? Number(offset) : null;
}

/** Events of the topic that the group has not acknowledged. */
export async function readLag(link: KafkaLink, topic: KafkaTopic, group: string): Promise<number> {
  const [{ start, end }, groups] = await Promise.all([link.bounds(topic), link.acknowledged(topic, [group])]);
  const acknowledged = groups.get(group);
  return acknowledged ? Math.max(0, end - Math.max(start, acknowledged.next) - acknowledged.beyond) : end - start;
}

/** See `Bus.taken`. Of groups those whose names begin with `beginning` count: what reads along for itself holds up nobody. */
export async function readTaken(link: KafkaLink, topic: KafkaTopic, beginning: string, oldest: string, newest: string): Promise<Taken> {
  const [{ start, end }, groups] = await Promise.all([link.bounds(topic), link.groups(beginning).then((names) => link.acknowledged(topic, names))]);
  const all = [...groups.values()];
  const hasAll = (offset: number) => all.every((acknowledged) => acknowledged.has(offset));
  const [first, last] = [offsetOf(topic, oldest), offsetOf(topic, newest)];
  // What is past its retention is gone, and a group that was behind has passed over it: whoever still keeps it publishes it again.
  const isLost = first === null || last === null || last >= end || first < start;
  return {
    isLost, isHeard: all.length > 0,
    has(entryId) {
      const offset = offsetOf(topic, entryId);
      return offset !== null && hasAll(offset);
    },
  };
}
