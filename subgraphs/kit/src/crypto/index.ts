export { blindIndex, normaliseEmail, normalisePhone } from './blind-index.ts';
export { dataKeyOf, type DataKey } from './data-key.ts';
export { createKeyring, type Keyring, type KeyringSource, type SecretPurpose } from './keyring.ts';
export { rewrapJob, rewrapKeys } from './rewrap-keys.ts';
export { searchTokens, searchWords } from './search-tokens.ts';
export { readUploadLink, signUploadLink, type LinkVerb, type UploadLink } from './upload-link.ts';
export { createVault, type Vault } from './vault.ts';
