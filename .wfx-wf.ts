import { proxyActivities, proxyLocalActivities, startChild, executeChild, defineSignal, defineUpdate, defineQuery, setHandler, condition, continueAsNew, getExternalWorkflowHandle, upsertMemo, allHandlersFinished } from '@temporalio/workflow';
const a = proxyActivities<any>({ startToCloseTimeout: '5s', heartbeatTimeout:'3s', retry:{maximumAttempts:2, initialInterval:'100ms'} });
const l = proxyLocalActivities<any>({ startToCloseTimeout: '5s', retry:{maximumAttempts:2} });
export const sig = defineSignal<[any]>('sig'); export const upd = defineUpdate<string,[any]>('upd'); export const q = defineQuery<any>('q');
export async function child(x: string) { if (x==='bad') throw new Error('child CANARY'); return 'child '+x; }
export async function main(n: number): Promise<any> {
  const got: any[] = [];
  setHandler(sig, (m) => void got.push(m)); setHandler(upd, async (m) => { await a.echo('u'); return 'upd '+m; }); setHandler(q, () => got);
  if (n === 0) { upsertMemo({ k: 'CANARY memo' }); await condition(() => got.length > 0, '1s'); return continueAsNew<typeof main>(1); }
  const r = [await a.echo('CANARY x'), await l.echo('local'), await executeChild(child, {args:['CANARY'], memo:{m:'CANARY'}})];
  r.push(await a.flaky('f')); // heartbeat details + failure then ok
  try { await a.fail('CANARY'); } catch (e: any) { r.push(e.cause?.message); }
  try { await l.fail('CANARY'); } catch (e: any) { r.push(e.cause?.message); }
  try { await executeChild(child, {args:['bad']}); } catch (e: any) { r.push(e.cause?.message); }
  const c = await startChild(other, { args: [] }); await c.signal(sig, 'CANARY to child'); r.push(await c.result());
  const c2 = await startChild(other, { args: [] }); await getExternalWorkflowHandle(c2.workflowId).signal(sig, 'CANARY ext'); r.push(await c2.result());
  await condition(() => got.length >= 2); await condition(allHandlersFinished);
  return [r, got];
}
export async function other() { const g: any[]=[]; setHandler(sig, (m)=>void g.push(m)); await condition(()=>g.length>0); return g; }
export async function failing() { await a.fail('CANARY end'); }
