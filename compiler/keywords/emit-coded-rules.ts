import type { FunctionScope } from '../standalone/function-scope.ts';
import { type CodedRule, codedRulesOf } from './coded-rules.ts';

/** Properties that a verdict keeps in variables (`$name`) while it goes through an object of this type, for its coded rules. */
export function keptProperties(scope: FunctionScope, fhirType: string): ReadonlySet<string> {
  if (scope.mode === 'details') return new Set();
  const conditions = codedRulesOf(fhirType).map(({ where = '' }) => where);
  return new Set(conditions.flatMap((where) => [...where.matchAll(/\$(\w+)/g)].map(([, name = '']) => name)));
}

/** The coded rules of an object of this type. */
export function emitCodedRules(scope: FunctionScope, fhirType: string, node: string): void {
  if (fhirType === 'Bundle') emitBundleRules(scope, node);
  for (const rule of codedRulesOf(fhirType)) {
    const where = scope.mode === 'verdict' ? rule.where : undefined;
    if (where !== undefined) scope.write(`if(${where}){`);
    emitCodedRule(scope, rule, node);
    if (where !== undefined) scope.write('}');
  }
}

export function emitCodedRule(scope: FunctionScope, { broken, environment, issue }: CodedRule, node: string): void {
  const test = scope.runtime(broken);
  scope.fail(`${test}(${environment === true ? `${node},e` : node})`, issue);
}

/** The rules of a Bundle as a whole. */
function emitBundleRules(scope: FunctionScope, node: string): void {
  if (scope.mode === 'verdict') {
    scope.fail(`${scope.runtime('bundleIsBroken')}(${node},e.rules.strict)`, {
      code: 'invalid',
      message: '',
    });
    return;
  }
  const problems = scope.runtime('bundleProblems');
  scope.write(
    `for(const b of ${problems}(${node},e.rules.strict))e.add(${scope.path}+b.path,b.severity??'error',b.code,b.message);`,
  );
}
