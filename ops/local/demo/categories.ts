import type { Identity } from '@careline/kit/auth';
import type { DemoApi } from './demo-api.ts';

interface DemoCategory {
  key: string;
  parent: string;
  nameZh: string;
  nameEn: string;
  fields: Record<string, object>;
  required: string[];
}

const ORDER = { type: 'string', title: '订单号', titleEn: 'Order number', maxLength: 40 };

/** Below the three first categories, two that ask for more. */
const CATEGORIES: DemoCategory[] = [
  {
    key: 'REFUND', parent: 'PAYMENT', nameZh: '退款', nameEn: 'Refund', required: ['order_number', 'way'],
    fields: { order_number: ORDER, amount: { type: 'number', title: '退款金额（元）', titleEn: 'Amount in CNY', minimum: 0 }, way: { type: 'string', title: '支付方式', titleEn: 'Way of payment', enum: ['微信支付', '支付宝', '银行卡', '对公转账'] } },
  },
  {
    key: 'API', parent: 'TECHNICAL', nameZh: '接口', nameEn: 'API', required: ['steps'],
    fields: {
      endpoint: { type: 'string', title: '接口地址', titleEn: 'Endpoint', maxLength: 200 }, steps: { type: 'string', title: '复现步骤', titleEn: 'Steps to see it', format: 'multiline' }, since: { type: 'string', title: '开始日期', titleEn: 'Since', format: 'date' },
      blocks: { type: 'boolean', title: '影响生产环境', titleEn: 'Breaks production' },
    },
  },
];

/** Categories with forms, so that a new ticket shows what a category can ask for. */
export async function makeCategories(api: DemoApi, admin: Identity): Promise<void> {
  const { categories } = await api.ask<{ categories: { id: string; key: string }[] }>('tickets', '{ categories { id key } }', {}, admin);
  const idOf = (key: string) => categories.find((category) => category.key === key)!.id;
  for (const { key, parent, nameZh, nameEn, fields, required } of CATEGORIES) {
    await api.tell('tickets', 'saveCategory', { key, parentId: idOf(parent), nameZh, nameEn, fieldsSchema: { type: 'object', properties: fields }, requiredFields: required }, 'category { id }', admin);
  }
}
