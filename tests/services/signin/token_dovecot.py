"""Dovecot's settings where it signs in by access tokens alone, and asks an issuer about each (RFC 7662)."""

from __future__ import annotations

DOVECOT = """\
base_dir = {folder}/run
state_dir = {folder}/run
log_path = {folder}/dovecot.log
protocols =
listen = 127.0.0.1
ssl = no
auth_mechanisms = xoauth2 oauthbearer
auth_failure_delay = 0
auth_verbose = yes
auth_cache_size = 0
auth_username_format =
passdb {{
  driver = oauth2
  mechanisms = xoauth2 oauthbearer
  args = {folder}/oauth2.conf.ext
}}
userdb {{
  driver = static
  args = uid=nobody gid=nogroup home=/nonexistent
}}
service auth {{
  unix_listener {socket} {{
    mode = 0660
    user = postfix
    group = postfix
  }}
}}
service anvil {{
  chroot =
  unix_listener anvil-auth-penalty {{
    mode = 0
  }}
}}
service stats {{
  chroot =
}}
"""
INTROSPECTION = """\
introspection_mode = post
introspection_url = {url}/token/introspection
client_id = dovecot
client_secret = dovecot-s3cret
tls_ca_cert_file = {ca_file}
username_attribute = email
active_attribute = active
active_value = true
timeout_msecs = 5000
"""
