/** Everything that must survive `kill -9`: one SQLite file. */
export const SCHEMA = `
CREATE TABLE IF NOT EXISTS settings (name TEXT PRIMARY KEY, value TEXT NOT NULL) STRICT;
CREATE TABLE IF NOT EXISTS clients (client_id TEXT PRIMARY KEY, client TEXT NOT NULL) STRICT;
CREATE TABLE IF NOT EXISTS email_bindings (email TEXT PRIMARY KEY, member_id TEXT NOT NULL UNIQUE) STRICT;
CREATE TABLE IF NOT EXISTS codes (
  code_hash TEXT PRIMARY KEY, client_id TEXT NOT NULL, member_id TEXT NOT NULL, expires_at INTEGER NOT NULL,
  used_at INTEGER, grant_id TEXT) STRICT;
CREATE TABLE IF NOT EXISTS code_challenges (code_hash TEXT PRIMARY KEY, challenge TEXT NOT NULL) STRICT;
CREATE TABLE IF NOT EXISTS refresh_tokens (
  token_hash TEXT PRIMARY KEY, client_id TEXT NOT NULL, member_id TEXT NOT NULL, grant_id TEXT NOT NULL,
  used_at INTEGER, revoked INTEGER NOT NULL DEFAULT 0) STRICT;
CREATE TABLE IF NOT EXISTS access_tokens (
  fingerprint TEXT PRIMARY KEY, access TEXT NOT NULL, member_id TEXT NOT NULL, member_name TEXT NOT NULL,
  birth_date TEXT NOT NULL, expires_at INTEGER NOT NULL, grant_id TEXT, revoked INTEGER NOT NULL DEFAULT 0) STRICT;
CREATE TABLE IF NOT EXISTS requests (
  seq INTEGER PRIMARY KEY, at TEXT NOT NULL, origin TEXT NOT NULL, method TEXT NOT NULL, route TEXT NOT NULL,
  member_id TEXT, token_fingerprint TEXT, body_sha256 TEXT, status INTEGER, faults TEXT NOT NULL) STRICT;
CREATE INDEX IF NOT EXISTS requests_by_member ON requests (member_id, seq);
CREATE TABLE IF NOT EXISTS entries (
  seq INTEGER NOT NULL, position INTEGER NOT NULL, resource_type TEXT NOT NULL, caller_id TEXT,
  content_sha256 TEXT NOT NULL, outcome TEXT NOT NULL, status INTEGER, stored_id TEXT,
  PRIMARY KEY (seq, position)) STRICT, WITHOUT ROWID;
CREATE TABLE IF NOT EXISTS resources (
  resource_type TEXT NOT NULL, id TEXT NOT NULL, version INTEGER NOT NULL, member_id TEXT NOT NULL,
  content TEXT NOT NULL, content_sha256 TEXT NOT NULL, at TEXT NOT NULL,
  UNIQUE (resource_type, id)) STRICT;
CREATE INDEX IF NOT EXISTS resources_by_content ON resources (member_id, content_sha256);
CREATE TABLE IF NOT EXISTS member_changes (
  member_id TEXT NOT NULL, resource_type TEXT NOT NULL, id TEXT NOT NULL, version INTEGER NOT NULL, content TEXT,
  at TEXT NOT NULL, UNIQUE (member_id, resource_type, id)) STRICT;
CREATE TABLE IF NOT EXISTS findings (
  seq INTEGER PRIMARY KEY, at TEXT NOT NULL, kind TEXT NOT NULL, member_id TEXT, details TEXT NOT NULL) STRICT;
CREATE TABLE IF NOT EXISTS mails (
  seq INTEGER PRIMARY KEY, at TEXT NOT NULL, message_id TEXT NOT NULL, kind TEXT NOT NULL, member_id TEXT,
  duplicate INTEGER NOT NULL, raw BLOB NOT NULL, mail TEXT NOT NULL) STRICT;
CREATE INDEX IF NOT EXISTS mails_by_message ON mails (message_id);
CREATE TABLE IF NOT EXISTS answers (
  id INTEGER PRIMARY KEY, message_id TEXT NOT NULL UNIQUE, member_id TEXT, answer TEXT NOT NULL) STRICT;
CREATE TABLE IF NOT EXISTS reviews (member_id TEXT PRIMARY KEY, review TEXT NOT NULL) STRICT;
CREATE TABLE IF NOT EXISTS reviewer_rules (member_id TEXT PRIMARY KEY, outcome TEXT NOT NULL) STRICT;
CREATE TABLE IF NOT EXISTS fault_rules (
  id TEXT PRIMARY KEY, position INTEGER NOT NULL, rule TEXT NOT NULL, seen INTEGER NOT NULL DEFAULT 0, hits INTEGER NOT NULL DEFAULT 0) STRICT;
`;
