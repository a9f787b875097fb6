export { IDENTITY_HEADER, readIdentity, signIdentity } from './identity-header.ts';
export { maskEmail, maskPhone, maskWord } from './masking.ts';
export { systemIdentity } from './system.ts';
export { Viewer, type Belongings, type GrantScope, type Identity, type IdentityKind } from './viewer.ts';
