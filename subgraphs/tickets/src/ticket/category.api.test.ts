import { agentIdentity } from '@careline/kit/testing';
import { newId } from '@careline/kit/db';
import { randomUUID } from 'node:crypto';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { kinds, openTicketDesk, type TicketDesk } from '../testing/ticket-desk.ts';

const CATEGORY = 'id key nameZh nameEn isRetired version fieldsSchema requiredFields parent { key }';
const FORM = { type: 'object', properties: {
  order_number: { type: 'string', title: '订单号', titleEn: 'Order number', maxLength: 20 }, amount: { type: 'number', title: '金额', minimum: 0 }, channel: { type: 'string', title: '支付方式', enum: ['微信', '支付宝'] },
} };
const FIELDS = 'ticket { id version fields missingFields }';

let desk: TicketDesk;
let place = 0;
beforeAll(async () => void (desk = await openTicketDesk()));
afterAll(() => desk?.world.close());

const keyed = () => `KIND_${String((place += 1))}_${randomUUID().slice(0, 4).toUpperCase()}`;
const save = async (input: object, viewer = desk.agent) => desk.tell('saveCategory', input, `category { ${CATEGORY} }`, viewer);
const made = async (more: object = {}) => (await save({ key: keyed(), nameZh: '退款', nameEn: 'Refund', ...more })).category;
const listed = async (includeRetired = false): Promise<any[]> => (await desk.ask(`query ($all: Boolean) { categories(includeRetired: $all) { ${CATEGORY} } }`, { all: includeRetired })).categories;
const keysOf = async (includeRetired = false) => (await listed(includeRetired)).map(({ key }) => key);

describe('saveCategory', () => {
  it('extends the tree, at the end or at a place, and reads it in order', async () => {
    const root = await made();
    const [one, two, three] = [await made({ parentId: root.id }), await made({ parentId: root.id }), await made({ parentId: root.id, position: 1 })];
    const below = async () => (await listed()).filter(({ parent }) => parent?.key === root.key).map(({ key }) => key);
    expect(await below()).toEqual([three.key, one.key, two.key]);
    await save({ categoryId: three.id, position: 3 });
    expect(await below()).toEqual([one.key, two.key, three.key]);
    await save({ categoryId: three.id, position: 2, nameZh: '改名' });
    expect(await below()).toEqual([one.key, three.key, two.key]);
  });

  it('keeps nothing of a trial, which is refused as saving would be, and may be saved afterwards', async () => {
    const [key, before] = [keyed(), await listed(true)];
    expect(await save({ key, nameZh: '退款', nameEn: 'Refund', isTrial: true })).toEqual({ category: null, userErrors: [] });
    expect((await save({ key: 'bad key', nameZh: '退款', nameEn: 'Refund', isTrial: true })).userErrors).toMatchObject([{ code: 'INVALID', field: ['key'] }]);
    expect((await save({ categoryId: before[0].id, nameZh: '改', expectedVersion: 99, isTrial: true })).userErrors).toMatchObject([{ code: 'STALE_VERSION' }]);
    expect(await listed(true)).toEqual(before);
    expect((await save({ key, nameZh: '退款', nameEn: 'Refund' })).category).toMatchObject({ key, version: 1 });
  });

  it('renames in both languages and keeps the key for ever', async () => {
    const category = await made();
    expect((await save({ categoryId: category.id, key: 'OTHER', nameZh: ' 退货 ', nameEn: 'Return' })).category).toMatchObject({ key: category.key, nameZh: '退货', nameEn: 'Return', version: 2 });
  });

  it('offers neither a retired category nor those below it, and takes them back', async () => {
    const root = await made();
    const below = await made({ parentId: root.id });
    await save({ categoryId: root.id, isRetired: true });
    expect(await keysOf()).not.toEqual(expect.arrayContaining([root.key]));
    expect(await keysOf()).not.toContain(below.key);
    expect(await keysOf(true)).toEqual(expect.arrayContaining([root.key, below.key]));
    const { results } = await desk.tell('createTickets', { tickets: [{ category: below.key, subject: '无', customerId: newId('cus') }], idempotencyKey: randomUUID() }, 'results { userErrors { code field } }');
    expect(results[0].userErrors[0]).toMatchObject({ code: 'NOT_FOUND', field: ['tickets', '0', 'category'] });
    await save({ categoryId: root.id, isRetired: false });
    expect(await keysOf()).toContain(below.key);
  });

  it('begins a category below another with the form of that one', async () => {
    const root = await made({ fieldsSchema: FORM, requiredFields: ['order_number'] });
    const below = await made({ parentId: root.id });
    expect([below.fieldsSchema, below.requiredFields]).toEqual([FORM, ['order_number']]);
    expect(Object.keys(below.fieldsSchema.properties)).toEqual(['order_number', 'amount', 'channel']);
  });

  it('drops a required field with the field', async () => {
    const root = await made({ fieldsSchema: FORM, requiredFields: ['amount', 'order_number'] });
    expect(root.requiredFields).toEqual(['order_number', 'amount']);
    const { category } = await save({ categoryId: root.id, fieldsSchema: { type: 'object', properties: { amount: FORM.properties.amount } } });
    expect(category.requiredFields).toEqual(['amount']);
    expect((await save({ categoryId: root.id, fieldsSchema: {} })).category).toMatchObject({ fieldsSchema: {}, requiredFields: [] });
  });

  it.each([
    ['a key of small letters', { key: 'refund' }, 'INVALID', 'key'],
    ['no key', { key: null }, 'REQUIRED', 'key'],
    ['a taken key', { key: 'PAYMENT' }, 'ALREADY_EXISTS', 'key'],
    ['no Chinese name', { nameZh: ' ' }, 'REQUIRED', 'nameZh'],
    ['a Chinese name of 41 characters', { nameZh: '名'.repeat(41) }, 'TOO_LONG', 'nameZh'],
    ['an English name of 61 characters', { nameEn: 'n'.repeat(61) }, 'TOO_LONG', 'nameEn'],
    ['a parent that is not there', { parentId: newId('cat') }, 'NOT_FOUND', 'parentId'],
    ['a form that is none', { fieldsSchema: { properties: { a: 1 } } }, 'DOCUMENT_INVALID', 'fieldsSchema'],
    ['a required field that is none', { fieldsSchema: FORM, requiredFields: ['nothing'] }, 'INVALID', 'requiredFields'],
  ])('refuses %s', async (_name, changes, code, field) => {
    const { category, userErrors } = await save({ key: keyed(), nameZh: '退款', nameEn: 'Refund', ...changes });
    expect([category, userErrors.map((error: any) => [error.code, error.field])]).toEqual([null, [[code, [field]]]]);
  });

  it('goes four deep and no deeper', async () => {
    let parentId: string | null = null;
    for (let depth = 1; depth <= 4; depth += 1) parentId = (await made({ parentId })).id;
    expect((await save({ key: keyed(), nameZh: '深', nameEn: 'Deep', parentId })).userErrors[0]).toMatchObject({ code: 'TOO_MANY', field: ['parentId'] });
  });

  it('says who was first, with the category as it is', async () => {
    const category = await made();
    await save({ categoryId: category.id, nameZh: '新', expectedVersion: 1 });
    const { category: now, userErrors } = await save({ categoryId: category.id, nameZh: '旧', expectedVersion: 1 });
    expect([now.nameZh, userErrors[0].code]).toEqual(['新', 'STALE_VERSION']);
  });

  it('lets one of two make a key', async () => {
    const key = keyed();
    const both = await Promise.all([1, 2].map(() => save({ key, nameZh: '同', nameEn: 'Same' })));
    expect(both.map(({ userErrors }) => userErrors[0]?.code ?? 'made').sort()).toEqual(['ALREADY_EXISTS', 'made']);
  });

  it('keeps the last one on offer', async () => {
    const all = await listed();
    const roots = all.filter(({ parent }) => !parent);
    const answers = [];
    for (const root of roots) answers.push((await save({ categoryId: root.id, isRetired: true })).userErrors[0]?.code ?? 'done');
    for (const root of roots) await save({ categoryId: root.id, isRetired: false });
    expect(answers).toEqual([...roots.slice(1).map(() => 'done'), 'LAST_OF_KIND']);
  });

  it('refuses a viewer without category:write and leaves an audit entry for one with it', async () => {
    await expect(save({ key: keyed(), nameZh: '无', nameEn: 'None' }, agentIdentity({ role: 'supervisor' }))).rejects.toThrow('FORBIDDEN');
    const { id } = await made();
    const db = await desk.world.database('tickets');
    const events = (await db.query<{ envelope: any }>('SELECT envelope FROM outbox')).map(({ envelope }) => (typeof envelope === 'string' ? JSON.parse(envelope) : envelope)).filter((event) => event.key === id);
    expect(events.map(({ type, data }) => [type, data.verb])).toEqual([['audit.recorded', 'category:write']]);
  });
});

describe('custom fields', () => {
  const category = () => made({ fieldsSchema: FORM, requiredFields: ['order_number', 'channel'] });
  const create = async (key: string, fields?: object) =>
    (await desk.tell('createTickets', { tickets: [{ category: key, subject: '退款', customerId: newId('cus'), fields }], idempotencyKey: randomUUID() }, `results { ${FIELDS} userErrors { code field message } }`)).results[0];
  const update = (ticketId: string, input: object) => desk.tell('updateTicket', { ticketId, ...input }, FIELDS);

  it('are taken with a new ticket, which then tells what is missing', async () => {
    const { ticket } = await create((await category()).key, { order_number: ' A-1 ', amount: 9.9 });
    expect(ticket).toMatchObject({ fields: { order_number: 'A-1', amount: 9.9 }, missingFields: ['channel'] });
  });

  it('are refused where they stand, and the ticket with them', async () => {
    const { ticket, userErrors } = await create((await category()).key, { amount: -1 });
    expect([ticket, userErrors]).toEqual([null, [{ code: 'INVALID', field: ['tickets', '0', 'fields', 'amount'], message: '金额: it is at least 0.' }]]);
  });

  it('are merged key by key, told without what they say, and sealed', async () => {
    const { ticket } = await create((await category()).key, { order_number: 'SECRET-ORDER', amount: 1 });
    const { ticket: now } = await update(ticket.id, { fields: { amount: null, channel: '微信' } });
    expect(now).toMatchObject({ fields: { order_number: 'SECRET-ORDER', channel: '微信' }, missingFields: [] });
    const { ticket: { entries } } = await desk.ask('query ($id: ID!) { ticket(id: $id) { entries(first: 9) { nodes { kind facts } } } }', { id: ticket.id });
    expect(entries.nodes.at(-1)).toEqual({ kind: 'CHANGED', facts: { field: 'fields', from: null, to: null, keys: ['amount', 'channel'] } });
    const db = await desk.world.database('tickets');
    const [row] = await db.query<{ sealed_fields: Buffer }>('SELECT sealed_fields FROM tickets WHERE sealed_fields IS NOT NULL ORDER BY created_at DESC LIMIT 1');
    expect(row!.sealed_fields.includes('SECRET-ORDER')).toBe(false);
    expect((await update(ticket.id, { fields: { channel: '微信' } })).ticket.version).toBe(now.version);
  });

  it('are checked by the form of the category that a ticket moves to', async () => {
    const { ticket } = await create('ACCOUNT');
    expect((await update(ticket.id, { fields: { order_number: 'A' } })).userErrors[0]).toMatchObject({ code: 'INVALID', field: ['fields', 'order_number'] });
    expect((await update(ticket.id, { category: (await category()).key, fields: { order_number: 'A' } })).ticket).toMatchObject({ fields: { order_number: 'A' }, missingFields: ['channel'] });
  });

  it('hold a ticket back from being solved while required ones are empty, and nothing of the try is kept', async () => {
    const { ticket } = await create((await category()).key, { order_number: 'A' });
    const refused = await desk.tell('solveTicket', { ticketId: ticket.id, text: '已退款', clientCommentId: randomUUID(), lastSeenSeq: 9, fields: { amount: 5 } });
    expect(refused).toMatchObject({ ticket: null, userErrors: [{ code: 'FIELDS_MISSING', field: ['fields', 'channel'], message: 'Fill in before solving: 支付方式.' }] });
    expect(await desk.read(ticket.id)).toMatchObject({ state: 'NEW', lastSeq: 1 });
    const { ticket: solved } = await desk.tell('solveTicket', { ticketId: ticket.id, fields: { channel: '支付宝' } });
    expect(solved.state).toBe('SOLVED');
    expect(kinds(solved).slice(0, 3)).toEqual(['CREATED', 'CHANGED', 'CHANGED']);
  });

  it('do not hold back a ticket whose form asks for nothing', async () => {
    const { ticket } = await create('ACCOUNT');
    expect((await desk.tell('solveTicket', { ticketId: ticket.id })).ticket.state).toBe('SOLVED');
  });
});
