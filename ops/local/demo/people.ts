/** Who works at and writes to the demo company. Every person and company here is invented. */

export const DEMO_PASSWORD = 'harbour-lantern-42';

export interface DemoAgent {
  email: string;
  displayName: string;
  publicName: string;
  role: 'agent' | 'supervisor' | 'editor' | 'admin' | 'auditor' | 'analyst';
  teams: string[];
  skills: { name: string; level: number }[];
  capacity: number;
}

export const TEAMS = [
  { key: 'account_group', name: '账户组' },
  { key: 'payment_group', name: '支付组' },
  { key: 'technical_group', name: '技术组' },
  { key: 'supervisor_group', name: '主管组' },
];

export const QUEUES = [
  { key: 'general', name: '综合咨询', teams: ['account_group', 'technical_group'] },
  { key: 'account', name: '账户服务', teams: ['account_group'] },
  { key: 'payment', name: '支付与退款', teams: ['payment_group'] },
  { key: 'technical', name: '技术支持', teams: ['technical_group'] },
];

export const AGENTS: DemoAgent[] = [
  { email: 'admin@demo.careline.example', displayName: '沈知行', publicName: '沈知行', role: 'admin', teams: ['supervisor_group'], skills: [], capacity: 5 },
  { email: 'supervisor@demo.careline.example', displayName: '周晓岚', publicName: '周晓岚', role: 'supervisor', teams: ['supervisor_group', 'account_group'], skills: [{ name: 'en', level: 4 }], capacity: 8 },
  { email: 'agent@demo.careline.example', displayName: '林书言', publicName: '小林', role: 'agent', teams: ['account_group', 'technical_group'], skills: [{ name: 'en', level: 5 }], capacity: 12 },
  { email: 'li.ning@demo.careline.example', displayName: '李宁远', publicName: '小李', role: 'agent', teams: ['account_group'], skills: [{ name: '账户', level: 4 }], capacity: 10 },
  { email: 'chen.yu@demo.careline.example', displayName: '陈雨桐', publicName: '小陈', role: 'agent', teams: ['payment_group'], skills: [{ name: '支付', level: 5 }], capacity: 10 },
  { email: 'wang.zh@demo.careline.example', displayName: '王之涣', publicName: '小王', role: 'agent', teams: ['payment_group', 'account_group'], skills: [{ name: '支付', level: 3 }], capacity: 10 },
  { email: 'emma@demo.careline.example', displayName: 'Emma Clarke', publicName: 'Emma', role: 'agent', teams: ['technical_group'], skills: [{ name: 'en', level: 5 }], capacity: 8 },
  { email: 'zhao.q@demo.careline.example', displayName: '赵清越', publicName: '小赵', role: 'agent', teams: ['technical_group'], skills: [{ name: 'API', level: 5 }], capacity: 10 },
  { email: 'editor@demo.careline.example', displayName: '何以默', publicName: '何以默', role: 'editor', teams: [], skills: [], capacity: 0 },
  { email: 'analyst@demo.careline.example', displayName: '苏见微', publicName: '苏见微', role: 'analyst', teams: [], skills: [], capacity: 0 },
];

export interface DemoCustomer {
  displayName: string;
  company: string | null;
  locale: 'ZH_CN' | 'EN';
  phone: string | null;
  email: string | null;
  tier: string | null;
}

const ZH_NAMES = ['吴思远', '郑可欣', '孙立群', '冯雨薇', '褚明哲', '卫清和', '蒋梦溪', '韩子墨', '杨若水', '朱弘毅', '秦念慈', '许知夏', '何景行', '吕安歌', '施怀瑾', '张望舒', '孔令仪', '曹云归', '严北辰', '华映雪', '金以宁', '魏之远', '陶如许', '姜南乔', '戚少游', '谢灵犀', '邹既白', '喻言蹊'];
const EN_NAMES = ['Oliver Hayes', 'Amelia Stone', 'Noah Bennett', 'Sofia Marin', 'Lucas Weber', 'Isla Murray', 'Ethan Brooks', 'Mia Lindqvist'];
const COMPANIES = ['海岚物流', '青禾教育', '北辰制造', '云溪文旅', '松果零售', '镜湖医疗', null, '远山科技', null, '白鹭传媒', null];
const EN_COMPANIES = ['Northwind Outdoor', 'Harbor & Pine', null, 'Lumen Labs'];
const TIERS = ['企业版', '专业版', null, '标准版', null];

const pick = <T>(list: readonly T[], index: number): T => list[index % list.length]!;

/** Three dozen customers; phones lie in a range that is reserved for fiction by our own choice of 199 0000. */
export const CUSTOMERS: DemoCustomer[] = [
  ...ZH_NAMES.map((displayName, index): DemoCustomer => ({
    displayName, company: pick(COMPANIES, index), locale: 'ZH_CN', tier: pick(TIERS, index),
    phone: `1990000${String(1000 + index * 37).slice(-4)}`, email: index % 3 === 0 ? `customer${index}@example.com` : null,
  })),
  ...EN_NAMES.map((displayName, index): DemoCustomer => ({
    displayName, company: pick(EN_COMPANIES, index), locale: 'EN', tier: pick(TIERS, index + 1),
    phone: null, email: `${displayName.toLowerCase().replace(' ', '.')}@example.com`,
  })),
];
