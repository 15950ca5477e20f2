/** Name of a type in an expression: `Quantity`, `FHIR.Quantity`, `System.String`. */
export interface TypeName {
  readonly namespace?: string;
  readonly name: string;
}

export type BinaryOperator =
  | '*'
  | '/'
  | 'div'
  | 'mod'
  | '+'
  | '-'
  | '&'
  | '|'
  | '<'
  | '<='
  | '>'
  | '>='
  | '='
  | '!='
  | '~'
  | '!~'
  | 'in'
  | 'contains'
  | 'and'
  | 'or'
  | 'xor'
  | 'implies';

export type Literal =
  | { readonly kind: 'literal'; readonly type: 'string' | 'date' | 'dateTime' | 'time'; readonly value: string }
  | { readonly kind: 'literal'; readonly type: 'boolean'; readonly value: boolean }
  /** `text` keeps the spelling: `1.0` is a decimal, `1` an integer. */
  | { readonly kind: 'literal'; readonly type: 'number'; readonly value: number; readonly text: string }
  | {
      readonly kind: 'literal';
      readonly type: 'quantity';
      readonly value: number;
      readonly text: string;
      readonly unit: string;
    };

/**
 * An expression of FHIRPath (normative release 1, http://hl7.org/fhirpath/N1/). `of` is what stands before the dot; without it a name or
 * function is applied to the focus.
 */
export type Expression =
  | Literal
  | { readonly kind: 'empty' }
  | { readonly kind: 'this' | 'index' | 'total' }
  | { readonly kind: 'variable'; readonly name: string }
  | { readonly kind: 'member'; readonly of?: Expression; readonly name: string }
  | { readonly kind: 'call'; readonly of?: Expression; readonly name: string; readonly args: readonly Expression[] }
  | {
      readonly kind: 'type';
      readonly of?: Expression;
      readonly operator: 'is' | 'as' | 'ofType';
      readonly type: TypeName;
    }
  | { readonly kind: 'indexer'; readonly of: Expression; readonly at: Expression }
  | { readonly kind: 'sign'; readonly operator: '+' | '-'; readonly operand: Expression }
  | {
      readonly kind: 'binary';
      readonly operator: BinaryOperator;
      readonly left: Expression;
      readonly right: Expression;
    };
