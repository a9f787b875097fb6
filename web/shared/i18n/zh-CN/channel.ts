export const channel = {
  page: { create: '新建渠道', failed: '渠道加载失败', missing: '没有这个渠道', off: '已停用' },
  type: { WEB: '网页', APP: '应用' },
  field: {
    name: '名称', key: '标识', keyHint: '小写字母、数字或连字符，写在嵌入代码里，创建后不能修改', kind: '类型', units: '占用容量', unitsHint: '一个会话占用客服多少份容量，1到20', enabled: '接待会话',
    origins: '允许嵌入的网页', originsHint: '每行一个完整来源，如https://shop.example；生产环境留空时只有自己的页面可以嵌入', look: '外观', locale: '默认语言', accent: '主色', accentHint: '白色文字须在其上清晰可读', accentPick: '选择主色', later: '创建后可以修改标题、问候语和表单。',
    titleZh: '标题（中文）', titleEn: '标题（英文）', greetingZh: '问候语（中文）', greetingEn: '问候语（英文）',
  },
  kind: { TEXT: '单行文字', PARAGRAPH: '多行文字', PHONE: '电话', EMAIL: '邮箱', CHOICE: '单选', CHECK: '勾选' },
  form: {
    title: '会话前表单', text: '首条消息之前询问，答案可用于分流规则。', field: '字段 {number}', labelZh: '字段{number}的中文名', labelEn: '字段{number}的英文名', zh: '中文', en: '英文', key: '字段{number}的标识', keyShort: '标识', kind: '字段{number}的类型', required: '必填',
    up: '上移字段 {number}', down: '下移字段 {number}', remove: '删除字段 {number}', choiceZh: '选项{number}的中文', choiceEn: '选项{number}的英文', choiceValue: '选项{number}的值', value: '值', removeChoice: '删除选项 {number}', addChoice: '添加选项', none: '不询问任何内容。', add: '添加字段',
  },
  embed: {
    title: '嵌入代码', text: '放在网页的 </body> 之前。', copy: '复制', copied: '已复制', notCopied: '无法复制，请手动选择。', secretTitle: '身份密钥', secretText: '您的服务器用它签发HS256令牌，证明访客是谁；密钥只在创建时显示一次。',
    once: '请立即保存，离开后无法再看到：', renew: '更换密钥', renewConfirm: '更换后，用旧密钥签发的令牌立即失效。确定更换？',
  },
  test: { title: '测试', text: '检查开关、来源、密钥和谁来接待；不会给客户发送任何东西。', run: '测试渠道' },
};
