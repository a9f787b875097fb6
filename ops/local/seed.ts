import { randomUUID } from 'node:crypto';
import type { Subgraph } from '@careline/kit/graphql';
import { DAY, HOUR, MINUTE } from '@careline/kit/time';
import { Random } from '../harness/random.ts';
import { ARTICLES } from './demo/articles.ts';
import { DemoApi } from './demo/demo-api.ts';
import type { DemoClock } from './demo/demo-clock.ts';
import { CUSTOMERS } from './demo/people.ts';
import { OPEN_SCRIPTS, SCRIPTS } from './demo/scripts.ts';
import { setUpDemo, type DemoStaff } from './demo/set-up.ts';
import { leaveDesk, tellConversation, type StoryTeller } from './demo/story.ts';

const DAYS = 14;
const PER_WEEKDAY = 6;
const PER_WEEKEND_DAY = 3;
const SEED = 20_261_122;
/** 09:00 in Shanghai, in hours after midnight UTC. */
const OPENING_HOUR = 1;
const OPEN_HOURS = 11;
/** Has no factor in common with how many customers speak either language, so that all of them come in turn. */
const STEP = 11;
/** Those that are still open began one after the other in the last hour. */
const OPEN_EVERY = 5 * MINUTE;

export interface SeedOptions {
  subgraphs: readonly Subgraph[];
  /** The clock those subgraphs were made with. */
  clock: DemoClock;
  now: number;
  say(text: string): void;
}

/**
 * Fills an empty system with a believable organisation and two weeks of its conversations, through the
 * same verbs that people use. A system that has people already is left untouched; the answer says which it was.
 */
export async function seedDemo(options: SeedOptions): Promise<boolean> {
  const { subgraphs, clock, now, say } = options;
  const api = new DemoApi(subgraphs, clock);
  clock.moveTo(now - (DAYS + 1) * DAY);
  const staff = await setUpDemo(api);
  if (!staff) return false;
  say('writing two weeks of demo conversations');
  await writeArticles(api, staff);
  const random = new Random(SEED);
  const teller: StoryTeller = { api, clock, staff, channelKey: await channelKeyOf(api, staff), visits: new Map(), random: () => random.next() };
  let told = 0;
  for (const begin of beginnings(now, random)) {
    clock.moveTo(Math.max(begin, clock.now() + MINUTE));
    const script = SCRIPTS[told % SCRIPTS.length]!;
    await tellConversation(teller, script, customerFor(script.locale, told), false);
    told += 1;
  }
  await leaveDesk(teller);
  for (const [index, script] of OPEN_SCRIPTS.entries()) {
    clock.moveTo(Math.max(clock.now() + MINUTE, now - (OPEN_SCRIPTS.length - index) * OPEN_EVERY));
    await tellConversation(teller, script, customerFor(script.locale, told + index), true);
  }
  clock.moveTo(now);
  return true;
}

function customerFor(locale: 'ZH_CN' | 'EN', index: number) {
  const speaking = CUSTOMERS.filter((customer) => customer.locale === locale);
  return speaking[(index * STEP) % speaking.length]!;
}

/** When the closed conversations began: opening hours of the last two weeks, fewer at weekends, none after `now`. */
function beginnings(now: number, random: Random): number[] {
  const today = Math.floor(now / DAY) * DAY;
  const instants: number[] = [];
  for (let day = DAYS; day >= 0; day--) {
    const midnight = today - day * DAY;
    const isWeekend = [0, 6].includes(new Date(midnight).getUTCDay());
    for (let count = 0; count < (isWeekend ? PER_WEEKEND_DAY : PER_WEEKDAY); count++) instants.push(midnight + (OPENING_HOUR + random.next() * OPEN_HOURS) * HOUR);
  }
  return instants.sort((a, b) => a - b).filter((instant) => instant < now - HOUR);
}

async function writeArticles(api: DemoApi, staff: DemoStaff): Promise<void> {
  const editor = staff.of('editor@demo.careline.example');
  for (const { title, content, keywords, similarQuestions, category, locale } of ARTICLES) {
    const input = { title, content, keywords, similarQuestions, category, locale, visibility: 'PUBLIC', effectiveDate: '2026-01-01' };
    const { version } = await api.tell<{ version: { id: string } }>('knowledge', 'saveArticle', input, 'version { id }', editor);
    await api.tell('knowledge', 'publishArticle', { versionId: version.id, idempotencyKey: randomUUID() }, 'article { id }', editor);
  }
}

async function channelKeyOf(api: DemoApi, staff: DemoStaff): Promise<string> {
  const { channels } = await api.ask<{ channels: { nodes: { key: string | null }[] } }>('conversations', '{ channels(first: 10) { nodes { key } } }', {}, staff.admin);
  return channels.nodes.find((channel) => channel.key)!.key!;
}
