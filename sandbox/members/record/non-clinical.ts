import { decimal, hl7Concept } from './data-types.ts';
import type { RecordContext, RecordedResource } from './record-context.ts';

const CREATED = '2026-08-02';

/** What a payer must not share here: "ExplanationOfBenefit, Coverage, Claim, ClaimResponse" (seed, Step 3). */
export function nonClinicalResources(context: RecordContext): RecordedResource[] {
  const patient = context.reference('Patient');
  const coverage = context.reference('Coverage');
  const plan = context.shared('Organization');
  const claim = {
    status: 'active',
    type: hl7Concept('claim-type', 'professional'),
    use: 'claim',
    patient,
    created: CREATED,
  };
  const insurance = [{ sequence: 1, focal: true, coverage }];
  return [
    context.own('Coverage', 1, { status: 'active', beneficiary: patient, payor: [plan] }),
    context.own('Claim', 1, { ...claim, provider: plan, priority: hl7Concept('processpriority', 'normal'), insurance }),
    context.own('ClaimResponse', 1, { ...claim, insurer: plan, outcome: 'complete' }),
    context.own('ExplanationOfBenefit', 1, {
      ...claim,
      insurer: plan,
      provider: plan,
      outcome: 'complete',
      insurance: [{ focal: true, coverage }],
      payment: { amount: { value: decimal('120.50'), currency: 'USD' } },
    }),
  ];
}
