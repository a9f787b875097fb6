export { openAudit, recordAudit, type AuditDetails, type AuditInput } from './record-audit.ts';
