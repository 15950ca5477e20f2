import { type Context, Hono } from 'hono';

import { readClients } from '../authorization/client-registry.ts';
import { readFaultRule } from '../faults/fault-rule.ts';
import { parseObject } from '../fhir/posted-bundle.ts';
import { readReviewerRules } from '../review/reviewer-rules.ts';
import type { Reviewer } from '../review/reviewer.ts';
import { mintToken } from '../review/write-token.ts';
import type { World } from '../world.ts';
import { journalLines } from './journal-lines.ts';
import { readTokenWish } from './token-wish.ts';

/** The operator's own listener: look at what arrived, steer what happens. README.md, "Admin API". */
export function adminRoutes(world: World, reviewer: Reviewer): Hono {
  const app = new Hono();
  steering(app, world);
  witness(app, world);
  people(app, world, reviewer);
  return app;
}

function steering(app: Hono, world: World): void {
  const { clock, switches, faults, clients } = world;
  const clockState = (): object => ({ now: clock.iso(), offsetMs: clock.offsetMs() });
  app.get('/clock', (c) => c.json(clockState()));
  app.put('/clock', async (c) => {
    const { offsetMs = clock.offsetMs(), advanceMs = 0 } = await bodyOf(c);
    if (!Number.isSafeInteger(offsetMs) || !Number.isSafeInteger(advanceMs)) {
      throw new TypeError('offsetMs and advanceMs are whole numbers');
    }
    clock.setOffset(Number(offsetMs) + Number(advanceMs));
    return c.json(clockState());
  });
  app.get('/switches', (c) => c.json(switches.values));
  app.put('/switches', async (c) => {
    switches.set(await bodyOf(c));
    return c.json(switches.values);
  });
  app.get('/faults', (c) => c.json(faults.list()));
  app.put('/faults', async (c) => {
    const rules: unknown = await c.req.json();
    if (!Array.isArray(rules)) throw new TypeError('a list of fault rules is expected');
    faults.replace(rules.map((rule: unknown) => readFaultRule(rule)));
    return c.json(faults.list());
  });
  app.delete('/faults', (c) => {
    faults.replace([]);
    return c.json([]);
  });
  app.post('/clients', async (c) => {
    const registered = readClients(await c.req.json());
    clients.register(registered);
    return c.json({ registered: registered.length });
  });
}

function witness(app: Hono, world: World): void {
  const { journal, store, findings, grants } = world;
  app.get('/journal', (c) => {
    const member = c.req.query('previousMemberId');
    const filter = {
      ...(member === undefined ? {} : { previousMemberId: member }),
      afterSeq: Number(c.req.query('after') ?? 0),
    };
    if (c.req.query('format') !== 'jsonl') return c.json(journal.read(filter));
    return c.body(journalLines(journal, filter), 200, { 'content-type': 'application/x-ndjson' });
  });
  app.get('/store', (c) => c.json(store.list(c.req.query('previousMemberId'))));
  app.get('/store/:type/:id', (c) => {
    const content = store.content(c.req.param('type'), c.req.param('id'));
    if (content === undefined) return c.json({ error: 'not stored' }, 404);
    return c.body(content, 200, { 'content-type': 'application/fhir+json' });
  });
  app.get('/codes', (c) => c.json(grants.codes()));
  app.get('/findings', (c) => c.json(findings.list(c.req.query('previousMemberId'))));
}

function people(app: Hono, world: World, reviewer: Reviewer): void {
  app.get('/members', (c) => c.json(world.members.members));
  changes(app, world);
  app.get('/mails', (c) => {
    const rows = world.database.rows('SELECT seq, at, duplicate, mail FROM mails ORDER BY seq');
    return c.json(
      rows.map(({ seq, at, duplicate, mail }) => ({
        seq,
        at,
        duplicate: duplicate === 1,
        ...parseObject(String(mail)),
      })),
    );
  });
  app.get('/mailbox', (c) => {
    const member = c.req.query('previousMemberId');
    const afterId = Number(c.req.query('after') ?? 0);
    return c.json(reviewer.mailbox.list({ ...(member === undefined ? {} : { previousMemberId: member }), afterId }));
  });
  app.get('/reviewer/rules', (c) => c.json(reviewer.rules.list()));
  app.post('/reviewer/rules', async (c) => {
    reviewer.setRules(readReviewerRules(await c.req.json()));
    return c.json(reviewer.rules.list());
  });
  app.post('/tokens', async (c) => c.json(mintToken(world, readTokenWish(await bodyOf(c)))));
}

function changes(app: Hono, { members, memberChanges }: World): void {
  const path = '/members/:memberId/resources/:type/:id';
  app.put(path, async (c) => {
    const { memberId, type, id } = c.req.param();
    if (members.find(memberId) === undefined) return c.json({ error: 'no such member' }, 404);
    return c.json(memberChanges.put(memberId, type, id, await c.req.text()));
  });
  app.delete(path, (c) => {
    const { memberId, type, id } = c.req.param();
    if (members.find(memberId) === undefined) return c.json({ error: 'no such member' }, 404);
    memberChanges.remove(memberId, type, id);
    return c.json({});
  });
}

async function bodyOf(c: Context): Promise<Readonly<Record<string, unknown>>> {
  const body = parseObject(await c.req.text());
  if (body === undefined) throw new TypeError('a JSON object is expected');
  return body;
}
