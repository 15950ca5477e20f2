export { receiveMember } from './receive-member.ts';
export { runBatch } from './run-batch.ts';
export { sendMember } from './send-member.ts';
export { sweep } from './sweep.ts';
