import type { DataKey } from '@careline/kit/crypto';
import type { CustomerRow, IdentityRow } from './customer.store.ts';

/** What of a customer is sealed, and where each cell is bound to. */
const place = (column: string, id: string) => `customers|${column}|${id}`;

export const customerCells = {
  sealName: (key: DataKey, id: string, name: string) => key.seal(place('name', id), name),
  sealRegion: (key: DataKey, id: string, region: string) => key.seal(place('region', id), region),
  sealAttributes: (key: DataKey, id: string, attributes: unknown) => key.seal(place('attributes', id), JSON.stringify(attributes)),
  sealIdentity: (key: DataKey, identityId: string, value: string) => key.seal(`customer_identities|value|${identityId}`, value),
  openName: (key: DataKey | undefined, row: Pick<CustomerRow, 'id' | 'nameEnc'>) => (key && row.nameEnc ? key.open(place('name', row.id), row.nameEnc) : null),
  openRegion: (key: DataKey | undefined, row: CustomerRow) => (key && row.regionEnc ? key.open(place('region', row.id), row.regionEnc) : null),
  openAttributes: (key: DataKey | undefined, row: CustomerRow) =>
    (key && row.attributesEnc ? JSON.parse(key.open(place('attributes', row.id), row.attributesEnc)) as Record<string, unknown> : {}),
  openIdentity: (key: DataKey | undefined, row: IdentityRow) => (key ? key.open(`customer_identities|value|${row.id}`, row.valueEnc) : null),
};
