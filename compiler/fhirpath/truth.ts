import { categoryOf } from './categories.ts';
import type { Code } from './code.ts';
import type { Answers, Scope, Truth } from './context.ts';
import { type Flow, presence } from './flow.ts';
import { and, both, either, not, or } from './logic.ts';
import { onlyItems } from './loops.ts';

/** A truth value that is never empty. */
export function definite(isTrue: (code: Code) => string): Truth {
  return {
    isTrue,
    isFalse: (code) => not(isTrue(code)),
    both: (code) => {
      const yes = code.keep(isTrue(code));
      return { yes, no: not(yes) };
    },
    definite: true,
  };
}

/** A truth value whose two answers come from the same computation. */
export function answered(answers: (code: Code) => Answers): Truth {
  return {
    isTrue: (code) => answers(code).yes,
    isFalse: (code) => answers(code).no,
    both: answers,
    definite: false,
  };
}

export function negated({ isTrue, isFalse, both: answers, definite: never }: Truth): Truth {
  return {
    isTrue: isFalse,
    isFalse: isTrue,
    both: (code) => {
      const { yes, no } = answers(code);
      return { yes: no, no: yes };
    },
    definite: never,
  };
}

export function conjunction(left: Truth, right: Truth): Truth {
  return {
    isTrue: (code) => both(code, left.isTrue, right.isTrue),
    isFalse: (code) => either(code, left.isFalse, right.isFalse),
    both: (code) => {
      const [one, other] = [left.both(code), right.both(code)];
      return { yes: and(one.yes, other.yes), no: or(one.no, other.no) };
    },
    definite: left.definite && right.definite,
  };
}

export function disjunction(left: Truth, right: Truth): Truth {
  return negated(conjunction(negated(left), negated(right)));
}

/** Exactly one of two; empty where either is empty. */
export function exclusive(left: Truth, right: Truth): Truth {
  if (left.definite && right.definite)
    return definite((code) => {
      const [one, other] = [left.isTrue(code), right.isTrue(code)];
      return `(${one})!==(${other})`;
    });
  return answered((code) => {
    const [one, other] = [left, right].map((side) => {
      const { yes, no } = side.both(code);
      return { yes: code.keep(yes), no: code.keep(no) };
    }) as [Answers, Answers];
    return {
      yes: or(and(one.yes, other.no), and(one.no, other.yes)),
      no: or(and(one.yes, other.yes), and(one.no, other.no)),
    };
  });
}

/** `iif(asked, yes, no)` where a truth value is wanted. */
export function conditional(asked: Truth, yes: Truth, no: Truth): Truth {
  return answered((code) => {
    const holds = code.keep(asked.isTrue(code));
    const [one, other] = [yes.both(code), no.both(code)];
    return {
      yes: or(and(holds, one.yes), and(not(holds), other.yes)),
      no: or(and(holds, one.no), and(not(holds), other.no)),
    };
  });
}

/**
 * A collection where a truth value is wanted (N1, 4.5 Singleton Evaluation): a boolean is itself, any other single item is true.
 * Several items have no truth value; the reference validator throws.
 */
export function truthOfFlow({ model }: Scope, flow: (code: Code) => Flow): Truth {
  return answered((code) => {
    const answers = onlyItems(flow(code), code).map((item): Answers => {
      const value = code.keep(item.value);
      const there = presence({ ...item, value });
      const booleans = item.types.filter((type) => categoryOf(model, type) === 'boolean').length;
      if (booleans === 0 && !item.types.includes('unknown')) return { yes: there, no: 'false' };
      const other = booleans === item.types.length ? 'false' : and(`typeof ${value}!=='boolean'`, there);
      return { yes: or(`${value}===true`, other), no: `${value}===false` };
    });
    return { yes: or(...answers.map(({ yes }) => yes)), no: or(...answers.map(({ no }) => no)) };
  });
}
