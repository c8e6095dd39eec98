"""What DNS says of the domains that mail is sent from: SPF, DKIM, DMARC, MX, and whether they fit the accounts."""
