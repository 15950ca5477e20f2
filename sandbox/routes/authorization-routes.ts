import { Hono } from 'hono';

import {
  type AuthorizationRequest,
  createAccountPage,
  emailPage,
  errorPage,
  memberDetailsPage,
} from '../authorization/pages.ts';
import { redirectRefusal, redirectWith } from '../authorization/redirect-uri.ts';
import type { World } from '../world.ts';
import { bearerToken } from './bearer-token.ts';
import { pageInstead } from './page-instead.ts';
import { spoiltRedirect } from './spoilt-redirect.ts';
import { memberOfForm, tokenAnswer } from './token-answer.ts';
import { type NodeContext, receiveVisit } from './visit.ts';

type Fields = Readonly<Record<string, string>>;

const PATH = '/oauth2/authorize/payer2payer';

/** The authorization server's origin: pages for the member, the token endpoint for the application. */
export function authorizationRoutes(world: World): Hono {
  const app = new Hono();
  app.use(async (c, next) => {
    // No FHIR token has any business on this origin.
    if (bearerToken(c) !== undefined) world.findings.note('token-on-wrong-origin', null, { route: c.req.path });
    await next();
  });
  app.get(PATH, (c) => showEmailPage(world, c as unknown as NodeContext));
  app.post(`${PATH}/email`, (c) => step(world, c as unknown as NodeContext, createAccountPage));
  app.post(`${PATH}/account`, (c) => step(world, c as unknown as NodeContext, memberDetailsPage));
  app.post(`${PATH}/member`, (c) => decide(world, c as unknown as NodeContext));
  app.post('/oauth2/token', (c) =>
    receiveVisit(c as unknown as NodeContext, world, {
      origin: 'authorization',
      memberOf: (body) => memberOfForm(world, new URLSearchParams(body)),
      work: (visit) => tokenAnswer(world, visit),
      describeUnstored: () => [],
    }),
  );
  return app;
}

function showEmailPage(world: World, c: NodeContext): Response | Promise<Response> {
  const request = requestOf(c.req.query());
  const problem = problemOf(world, request);
  if (problem !== undefined) return c.html(errorPage(problem), 400);
  const wrong = world.challenges.problemOf(request);
  if (wrong === undefined) return c.html(emailPage(request));
  const { redirectUri, state } = request;
  // RFC 7636 4.4.1
  return c.redirect(redirectWith(redirectUri, { error: 'invalid_request', error_description: wrong, state }));
}

async function step(
  world: World,
  c: NodeContext,
  page: (request: AuthorizationRequest, email: string) => ReturnType<typeof errorPage>,
): Promise<Response> {
  const fields = await fieldsOf(c);
  const request = requestOf(fields);
  const problem = problemOf(world, request) ?? emailProblem(fields);
  return problem === undefined ? c.html(page(request, fields['email'] ?? '')) : c.html(errorPage(problem), 400);
}

async function decide(world: World, c: NodeContext): Promise<Response> {
  const fields = await fieldsOf(c);
  const request = requestOf(fields);
  const problem = problemOf(world, request) ?? emailProblem(fields);
  if (problem !== undefined) return c.html(errorPage(problem), 400);
  const faults = world.faults.fire(`POST ${PATH}/member`, fields['member_id'] ?? null);
  const instead = await pageInstead(c, world, faults);
  if (instead !== undefined) return instead;
  const { redirectUri, state, clientId } = request;
  const email = fields['email'] ?? '';
  // RFC 6749 4.1.2.1; the seed shows no deny button.
  if (fields['decision'] === 'deny') return c.redirect(redirectWith(redirectUri, { error: 'access_denied', state }));
  const member = world.members.match({
    firstName: fields['first_name'] ?? '',
    lastName: fields['last_name'] ?? '',
    birthDate: fields['birth_date'] ?? '',
    memberId: fields['member_id'] ?? '',
    postalCode: fields['postal_code'] ?? '',
  });
  if (member === undefined) return c.html(memberDetailsPage(request, email, 'No member has these details.'), 422);
  if (world.emailBindings.bind(email, member.memberId) === 'taken') {
    return c.html(memberDetailsPage(request, email, 'This email address is assigned to another member.'), 409);
  }
  const code = world.grants.issueCode(clientId, member.memberId);
  world.challenges.keep(code, request);
  // "The redirect will include the client ID ... and ... the OAuth 2.0 authorization code" (seed)
  const parameters = spoiltRedirect(faults.get('spoilt-redirect'), { code, state, client_id: clientId });
  return c.redirect(redirectWith(redirectUri, parameters));
}

function requestOf(fields: Fields): AuthorizationRequest {
  const { client_id: clientId = '', redirect_uri: redirectUri = '', state = '' } = fields;
  const { code_challenge: codeChallenge = '', code_challenge_method: codeChallengeMethod = '' } = fields;
  return { clientId, redirectUri, state, codeChallenge, codeChallengeMethod };
}

function problemOf(world: World, { clientId, redirectUri }: AuthorizationRequest): string | undefined {
  const client = world.clients.find(clientId);
  return client === undefined ? 'The client_id is not known.' : redirectRefusal(client, redirectUri);
}

function emailProblem(fields: Fields): string | undefined {
  return /^[^\s@]+@[^\s@]+$/.test(fields['email']?.trim() ?? '') ? undefined : 'An email address is needed.';
}

async function fieldsOf(c: NodeContext): Promise<Fields> {
  return Object.fromEntries(new URLSearchParams(await c.req.text()));
}
