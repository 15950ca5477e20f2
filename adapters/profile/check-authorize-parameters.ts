import type { ReceiveProfile } from '../../schemas/counterpart.ts';
import { CarryoverError } from '../../schemas/failures.ts';

/** What each link has a value of its own for, or what `pkce` is for. */
const ours = ['client_id', 'state', 'redirect_uri', 'code_challenge', 'code_challenge_method'];

/** The only values with which the browser brings a code back in the query, which is what the callback reads. */
const onlyValues: Readonly<Record<string, string>> = { response_type: 'code', response_mode: 'query' };

/** Refuses further parameters of the authorization link with which no code would come back. Error: PROFILE_INVALID. */
export function checkAuthorizeParameters(parameters: ReceiveProfile['authorizeParameters']): void {
  for (const [name, value] of Object.entries(parameters)) {
    const column = `receive.authorize_parameters.${name}`;
    if (ours.includes(name)) {
      const hint = name.startsWith('code_challenge') ? '; write receive.pkce = "S256"' : '';
      throw new CarryoverError('PROFILE_INVALID', `${column} may not be set: each link has its own${hint}.`, {
        column,
      });
    }
    const only = onlyValues[name];
    if (only !== undefined && value !== only)
      throw new CarryoverError('PROFILE_INVALID', `${column} must be "${only}", or left out.`, { column });
  }
}
