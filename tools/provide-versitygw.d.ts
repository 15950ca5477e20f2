// Types of provide-versitygw.js, which stays plain JavaScript as the rest of the set-up does.

/** Where the S3 server of the tests is, or would be. */
export function versitygwPath(): string;
