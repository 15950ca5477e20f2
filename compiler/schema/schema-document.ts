import type { Discriminator } from '../package/definitions.ts';

/** A rule in FHIRPath. Rules that the compiler codes by itself (ele-1, ext-1, dom-2 to dom-5) are left out of the documents. */
export interface Invariant {
  readonly key: string;
  readonly severity: 'error' | 'warning';
  readonly human: string;
  readonly expression: string;
}

/** `binding`: the codes that an element may hold. */
export interface BindingRule {
  readonly strength: 'required' | 'extensible';
  readonly valueSet: string;
  /** Outer bound of an extensible binding: no code outside this set. */
  readonly maxValueSet?: string;
}

/** How a slice is told from the others: one test per discriminator, evaluated each for itself, as the reference validator does. */
export interface SliceTest {
  readonly discriminator: Discriminator;
  /** What stands at the path: equal to a value, holding a pattern, in a value set, of a type, there at all, or of a profile. */
  readonly is:
    | { readonly kind: 'fixed' | 'pattern'; readonly value: unknown }
    | { readonly kind: 'valueSet'; readonly valueSet: string }
    | { readonly kind: 'types'; readonly types: readonly string[]; readonly profiles?: readonly string[] }
    | { readonly kind: 'exists'; readonly exists: boolean }
    | { readonly kind: 'profiles'; readonly profiles: readonly string[] };
}

export interface SliceRule {
  readonly name: string;
  readonly min?: number;
  readonly max?: number;
  readonly tests: readonly SliceTest[];
  /** What a member of the slice must be; absent where it is what every item must be. */
  readonly item?: ValueSchema;
}

export interface SlicingRule {
  readonly rules: 'open' | 'closed' | 'openAtEnd';
  readonly ordered?: true;
  readonly slices: readonly SliceRule[];
}

/** What one value must be: a reference to a data type, with the rules of this very place beside it. */
export interface ValueSchema {
  readonly $ref: string;
  readonly const?: unknown;
  readonly fhirPattern?: unknown;
  readonly maxLength?: number;
  readonly bounds?: { readonly min?: unknown; readonly max?: unknown };
  readonly binding?: BindingRule;
  /** Profiles of a Reference's target, any of which is right. */
  readonly targets?: readonly string[];
  /** Profiles of the value itself, any of which is right. */
  readonly profiles?: readonly string[];
  readonly invariants?: readonly Invariant[];
  /** Of `_name` beside a primitive: slices of its extensions. */
  readonly slicing?: SlicingRule;
}

/** Items of an array of primitives: a `null` keeps the place of an item that has only extensions. */
export interface NullableSchema {
  readonly anyOf: readonly [ValueSchema, { readonly type: 'null' }];
}

export interface ArraySchema {
  readonly type: 'array';
  readonly minItems?: number;
  readonly maxItems?: number;
  readonly items: ValueSchema | NullableSchema;
  readonly slicing?: SlicingRule;
}

export type PropertySchema = ValueSchema | ArraySchema | { readonly const: string };

export interface ChoiceRule {
  /** One of them is there. */
  readonly required?: true;
  readonly properties: readonly string[];
}

export interface ObjectSchema {
  readonly type: 'object';
  /** Name of the data type or resource; of what is spelled out where it stands, the path (`Patient.contact`). */
  readonly fhirType: string;
  readonly properties: Readonly<Record<string, PropertySchema>>;
  readonly required?: readonly string[];
  /** Primitive elements that must be there: by value, or by extensions alone in `_name`. */
  readonly requiredElements?: readonly string[];
  readonly choices?: Readonly<Record<string, ChoiceRule>>;
  /** Elements of the base type that the profile takes away, for a message that says so. */
  readonly prohibited?: readonly string[];
  /** Open for abstract types only. */
  readonly additionalProperties: boolean;
  readonly invariants?: readonly Invariant[];
}

export interface PrimitiveSchema {
  readonly type: 'string' | 'number' | 'integer' | 'boolean';
  readonly format?: string;
  readonly invariants?: readonly Invariant[];
}

export interface ExtensionContext {
  readonly type: string;
  readonly expression: string;
}

interface DocumentHead {
  readonly $schema: string;
  readonly $id: string;
  readonly title?: string;
  readonly version?: string;
  readonly kind: 'primitive' | 'type' | 'resource' | 'profile' | 'extension';
  readonly abstract?: true;
  /** Of a profile or type: the definition that it is made from. */
  readonly base?: string;
  /** Of an extension: where it may stand. */
  readonly context?: readonly ExtensionContext[];
  readonly modifier?: true;
  readonly $defs?: Readonly<Record<string, ObjectSchema>>;
}

/** One JSON Schema of the 2019-09 dialect: a data type, resource, profile or extension. */
export type SchemaDocument = DocumentHead & (ObjectSchema | PrimitiveSchema);
