import { refName } from '../schema/ref-name.ts';
import type { PropertySchema, SlicingRule } from '../schema/schema-document.ts';
import type { FunctionScope } from '../standalone/function-scope.ts';
import { emitSiteInvariants } from './emit-invariants.ts';
import { emitSlices } from './emit-slices.ts';

interface Beside {
  /** Schema of the primitive. */
  readonly element: PropertySchema;
  /** Schema of what stands beside it. */
  readonly rule: PropertySchema;
  readonly site: string;
}

/** `_name`: id and extensions of a primitive, one beside a single value, a list beside a list. */
export function emitPrimitiveElement(scope: FunctionScope, name: string, { element, rule, site }: Beside): void {
  const list = 'type' in element;
  const item = list ? element.items : element;
  const value = 'anyOf' in item ? item.anyOf[0] : item;
  if ('binding' in value && value.binding?.strength === 'required')
    scope.fail(
      list ? `${scope.runtime('lacksValue')}(v,o[${JSON.stringify(name)}])` : `o[${JSON.stringify(name)}]===undefined`,
      {
        code: 'code-invalid',
        message: `A code is required here, of the value set ${value.binding.valueSet}.`,
      },
    );
  const type = '$ref' in value ? refName(value.$ref) : '';
  // Without a value the rules of the place see the extensions alone.
  if (!list && 'invariants' in value && value.invariants !== undefined) {
    scope.write(`if(o[${JSON.stringify(name)}]===undefined){`);
    emitSiteInvariants(scope, value.invariants, { node: 'undefined', sibling: 'v', type });
    scope.write('}');
  }
  const judge = scope.runtime(list ? 'primitiveElements' : 'primitiveElement');
  const suffix = scope.mode === 'details' ? 'Details' : '';
  const called = suffix === '' ? judge : scope.runtime(`${judge}${suffix}`);
  scope.call(called, 'v', 'e', JSON.stringify(site), JSON.stringify(type), `o[${JSON.stringify(name)}]`);
  if (list) return;
  if ('const' in value && value.const !== undefined)
    scope.fail(`o[${JSON.stringify(name)}]!==undefined&&v!==null&&v.extension!==undefined`, {
      code: 'value',
      message: 'The value is fixed by the profile: it may have no extensions.',
    });
  if ('slicing' in rule && rule.slicing !== undefined) emitExtensionSlices(scope, rule.slicing);
}

/** The extensions themselves are judged by their URL; here they are counted. */
function emitExtensionSlices(scope: FunctionScope, slicing: SlicingRule): void {
  const slices = emitSlices(scope, slicing, { $ref: '' }, () => undefined);
  const all = scope.variable('x');
  scope.write(`const ${all}=Array.isArray(v?.extension)?v.extension:[];`);
  slices.before();
  scope.write(`for(let i=0;i<${all}.length;i++){const w=${all}[i];`);
  slices.each();
  scope.write('}');
  slices.after();
}
