"""End to end: `timepost serve` with a real Dovecot and Postfix over TLS. Each test has servers of its own."""
