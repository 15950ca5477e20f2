import type { FunctionScope } from '../standalone/function-scope.ts';

/** Name of the test of a primitive's form in domain/validation/formats, by FHIR type. */
const formats: Readonly<Record<string, string>> = {
  base64Binary: 'isBase64Binary',
  canonical: 'isCanonical',
  code: 'isCode',
  date: 'isDate',
  dateTime: 'isDateTime',
  id: 'isId',
  instant: 'isInstant',
  markdown: 'isMarkdown',
  oid: 'isOid',
  string: 'isString',
  time: 'isTime',
  uri: 'isUri',
  url: 'isUrl',
  uuid: 'isUuid',
  decimal: 'isDecimal',
  integer: 'isInteger',
  positiveInt: 'isPositiveInt',
  unsignedInt: 'isUnsignedInt',
};

const numbers = new Set(['decimal', 'integer', 'positiveInt', 'unsignedInt']);

/** `type` and `format` of a primitive; `then` writes the rules that need a value of the right kind. */
export function emitPrimitive(scope: FunctionScope, type: string, value: string, then: () => void): void {
  if (type === 'xhtml') {
    emitNarrative(scope, value);
    return;
  }
  const kind = type === 'boolean' ? 'boolean' : numbers.has(type) ? 'number' : 'string';
  scope.guard(
    `typeof ${value}!=='${kind}'`,
    { code: 'structure', message: `The value must be a JSON ${kind}.` },
    () => {
      const format = formats[type];
      if (format !== undefined) {
        const test = scope.runtime(format);
        scope.fail(`!${test}(${value})`, {
          code: 'value',
          message: `The value is not of the form of the type ${type}.`,
        });
        if (kind === 'string' && scope.mode === 'details')
          scope.call(scope.runtime('addFormatNote'), value, JSON.stringify(type), 'e');
      }
      then();
    },
  );
}

function emitNarrative(scope: FunctionScope, value: string): void {
  const message = 'The narrative must be a JSON string.';
  scope.guard(`typeof ${value}!=='string'`, { code: 'structure', message }, () => {
    if (scope.mode === 'verdict') scope.write(`if(!${scope.runtime('isNarrative')}(${value},e))return false;`);
    else scope.call(scope.runtime('narrativeDetails'), value, 'e');
  });
}
