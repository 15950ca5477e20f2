import type { Database } from '../database.ts';

export interface EmailBindings {
  /** Binds the e-mail to the member, in place of the member's earlier one; `taken` where it is another member's. */
  bind(email: string, memberId: string): 'bound' | 'taken';
}

/** "This email address must be unique and can't be assigned to another test user account." (seed) */
export function createEmailBindings(database: Database): EmailBindings {
  return {
    bind(rawEmail, memberId) {
      const email = rawEmail.trim().toLowerCase();
      return database.transaction(() => {
        const row = database.row('SELECT member_id FROM email_bindings WHERE email = ?', email);
        if (row !== undefined) return row['member_id'] === memberId ? 'bound' : 'taken';
        // "to temporarily associate it with the test user" (seed): the newest e-mail of a member counts.
        database.run('DELETE FROM email_bindings WHERE member_id = ?', memberId);
        database.run('INSERT INTO email_bindings VALUES (?, ?)', email, memberId);
        return 'bound';
      });
    },
  };
}
