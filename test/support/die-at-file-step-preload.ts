// `node --import`: lets any program of ours die at a step of its work on files. DIE_BELOW names the place, DIE_AT the step, STEPS_FILE
// where the steps of a program that lives are written.
import { writeFileSync } from 'node:fs';
import process from 'node:process';

import { dieAtFileStep } from './die-at-file-step.ts';

const { DIE_BELOW: prefix = '', DIE_AT: at, STEPS_FILE: stepsFile } = process.env;
const steps = dieAtFileStep({ prefix, ...(at !== undefined && { dieAt: Number(at) }) });
process.on('exit', () => {
  if (stepsFile !== undefined) writeFileSync(stepsFile, JSON.stringify(steps()));
});
