declare const brand: unique symbol;
type Branded<Name extends string> = string & { readonly [brand]: Name };

/** One member, one direction, one counterpart. A keyed hash (40 hex digits): says nothing about the person. */
export type TransferId = Branded<'TransferId'>;
/** One launch over one roster. Random, opaque. */
export type BatchId = Branded<'BatchId'>;
/** The `id` of a counterpart profile: lower-case letters, digits and dashes; chosen by the operator, never PHI. */
export type CounterpartId = Branded<'CounterpartId'>;
/** Where a sealed object is kept: a relative key such as `plan/<transferId>`. */
export type ObjectKey = Branded<'ObjectKey'>;
/** A row of the secret table. The secret itself is never in Temporal, in an argument or in a log. */
export type SecretId = Branded<'SecretId'>;
/** Something a person or the other side did (approval, token, callback), committed before it is handed over. */
export type DeedId = Branded<'DeedId'>;
/** Keyed hash of (counterpart, member, type, source id): the same resource of the same member, whatever the batch. */
export type ResourceKey = Branded<'ResourceKey'>;

export type Direction = 'receive' | 'send';

/** Takes a string that was made by us as the id it is; use it only where the string enters the program. */
export const asTransferId = (text: string): TransferId => text as TransferId;
export const asBatchId = (text: string): BatchId => text as BatchId;
export const asCounterpartId = (text: string): CounterpartId => text as CounterpartId;
export const asObjectKey = (text: string): ObjectKey => text as ObjectKey;
export const asSecretId = (text: string): SecretId => text as SecretId;
export const asDeedId = (text: string): DeedId => text as DeedId;
export const asResourceKey = (text: string): ResourceKey => text as ResourceKey;
