import { recordAudit } from '@careline/kit/audit';
import { parseId } from '@careline/kit/db';
import { appError, say, type Words } from '@careline/kit/errors';
import { jwtVerify, SignJWT } from 'jose';
import type { ConversationsContext } from '../context.ts';
import { findOpening } from '../routing/index.ts';
import { channelById } from './channel.ports.ts';
import { selectChannels, type ChannelRow } from './channel.store.ts';
import { namesOf } from './read-widget.ts';

export interface ChannelCheck {
  name: string;
  isPassed: boolean;
  detail: string;
}

interface Check {
  name: Words;
  isPassed: boolean;
  detail: Words;
}

/** Tries a channel as a visitor would find it; nothing reaches customers. Throws NOT_FOUND, and FORBIDDEN without `channel:write`. */
export async function testChannel(ctx: ConversationsContext, channelId: string): Promise<ChannelCheck[]> {
  ctx.viewer.requireAll('channel:write');
  const channel = parseId('chn', channelId) ? (await selectChannels(ctx.db, [channelId])).get(channelId) : undefined;
  if (!channel) throw appError('NOT_FOUND');
  const checks = [checkSwitch(channel), checkPages(ctx, channel), await checkSecret(ctx, channel), await checkCrew(ctx, channel)];
  await ctx.transaction((tx) => recordAudit(tx, ctx, { verb: 'channel:write', subjectId: channel.id, after: { isTested: true, failed: checks.filter(({ isPassed }) => !isPassed).map(({ name }) => name.en) } }));
  return checks.map(({ name, isPassed, detail }) => ({ name: say(name, ctx.locale), isPassed, detail: say(detail, ctx.locale) }));
}

function checkSwitch({ isEnabled }: ChannelRow): Check {
  return {
    name: { zh: '开关', en: 'Switch' }, isPassed: isEnabled,
    detail: isEnabled ? { zh: '渠道正在接待会话。', en: 'The channel takes conversations.' } : { zh: '渠道已停用：请勾选“接待会话”。', en: 'The channel is switched off: let it take conversations.' },
  };
}

function checkPages({ deps }: ConversationsContext, { kind, origins }: ChannelRow): Check {
  const name = { zh: '可嵌入的网页', en: 'Pages' };
  if (kind !== 'WEB') return { name, isPassed: true, detail: { zh: '应用渠道不嵌入网页。', en: 'An app is not embedded in pages.' } };
  if (origins.length > 0) return { name, isPassed: true, detail: { zh: `${origins.length} 个来源可以嵌入：${origins.join('、')}`, en: `${origins.length} origins may embed it: ${origins.join(', ')}` } };
  return deps.isProduction
    ? { name, isPassed: false, detail: { zh: '没有列出来源：只有自己的页面可以嵌入，请填写网站的来源。', en: 'No origin is listed: only our own pages may embed it. Name the origins of your site.' } }
    : { name, isPassed: true, detail: { zh: '没有列出来源：开发环境下任何网页都可以嵌入，生产环境下不行。', en: 'No origin is listed: every page may embed it here, none will in production.' } };
}

/** A token is signed with the secret and read back, the way identifyCustomer reads it. */
async function checkSecret(ctx: ConversationsContext, { id }: ChannelRow): Promise<Check> {
  const name = { zh: '身份密钥', en: 'Identity secret' };
  const secret = (await channelById(ctx, id))?.identitySecret;
  const broken = { name, isPassed: false, detail: { zh: '密钥不可用：请更换密钥。', en: 'The secret cannot be used: renew it.' } };
  if (!secret) return broken;
  const now = Math.floor(ctx.clock.now() / 1_000);
  const token = await new SignJWT({ sub: 'test', iat: now, exp: now + 60 }).setProtectedHeader({ alg: 'HS256' }).sign(Buffer.from(secret));
  const isRead = await jwtVerify(token, Buffer.from(secret), { algorithms: ['HS256'], currentDate: new Date(ctx.clock.now()) }).then(() => true, () => false);
  return isRead ? { name, isPassed: true, detail: { zh: '用密钥签发的令牌可以验证。', en: 'A token signed with the secret is accepted.' } } : broken;
}

async function checkCrew(ctx: ConversationsContext, channel: ChannelRow): Promise<Check> {
  const name = { zh: '接待', en: 'Who answers' };
  const { queueName, crewCount, isOpen, opensAt } = await findOpening(ctx.runtime, namesOf(channel), channel.locale);
  if (!queueName || crewCount === 0) return { name, isPassed: false, detail: { zh: `会话会进入“${queueName ?? '无'}”，但没有客服能接待：请为队列添加客服组。`, en: `Conversations go to “${queueName ?? 'no queue'}”, which no agent can serve: give it a team.` } };
  const state = isOpen ? { zh: '现在有人在线。', en: 'Somebody is online now.' } : opensAt ? { zh: '现在不在开放时间。', en: 'It is closed now.' } : { zh: '现在没有人在线。', en: 'Nobody is online now.' };
  return { name, isPassed: true, detail: { zh: `会话会进入“${queueName}”，${crewCount} 名客服可以接待。${state.zh}`, en: `Conversations go to “${queueName}”, which ${crewCount} agents can serve. ${state.en}` } };
}
