"""How to register an application: the steps of ``login --setup``, with the Spec's own addresses filled in."""

from __future__ import annotations

from mailspec.mail.sign_in_hosts import signs_in_by_token
from mailspec.model.fields import Settings
from mailspec.outcome.effective import Value
from mailspec.resolve import effective, names
from mailspec.workflow.workspace import Workspace

# Microsoft, "Authenticate an IMAP, POP or SMTP connection using OAuth" and "Role Based Access Control for
# Applications in Exchange Online"; Google, "Using OAuth 2.0 for server to server applications"; read 2026-11-27.
_MICROSOFT = """\
Microsoft 365
1. Entra admin centre, App registrations, New registration: a name, "Accounts in this organizational directory only".
   Note the Application (client) ID and the Directory (tenant) ID.
2. For people who sign in: Authentication, Add a platform, "Mobile and desktop applications", http://localhost.
   For --device: Settings, "Allow public client flows": Yes.
3. API permissions, delegated: Office 365 Exchange Online SMTP.Send (transport: smtp) or Microsoft Graph Mail.Send
   (transport: graph; for another From also Mail.Send.Shared). Grant admin consent.
4. Write into the configuration or the account:
     oauth: {{client_id: CLIENT_ID, tenant: TENANT_ID}}
5. Turn on authenticated SMTP where SMTP is used, also for tokens:
{switch}
Without a person (grant: client_credentials, with client_secret, certificate or client_assertion), in PowerShell:
     New-ServicePrincipal -AppId CLIENT_ID -ObjectId ENTERPRISE_APPLICATION_OBJECT_ID -DisplayName mailspec
{rights}
   The role reaches the mailboxes of its scope only; the Entra permission Mail.Send would reach every mailbox."""
_GOOGLE = """\
Google
1. Google Cloud console, a project, Google Auth Platform: an app of user type Internal (an external one in "Testing"
   loses each sign-in after seven days), scope https://mail.google.com/.
2. Clients, Create client, type "Desktop app". Google's desktop clients have a secret that is needed too.
3. Write: oauth: {{client_id: CLIENT_ID, client_secret: {{env: GOOGLE_CLIENT_SECRET}}}}, and sign in:
{logins}
Without a person (Google Workspace): a service account with a JSON key; in the admin console, Security, API controls,
Domain-wide delegation, add its client id with the scope https://mail.google.com/. Write:
     oauth: {{service_account: {{file: /run/secrets/google.json}}}}"""
_OIDC = """\
Any OpenID Connect issuer
1. Register a public (native) client with the redirect address http://127.0.0.1/ (any port), the grants
   authorization_code and refresh_token, and for --device also device_code; PKCE S256; scope offline_access.
2. The mail server must know the issuer, and find the sender's address in the token.
3. Write: method: xoauth2 (or oauthbearer) and
     oauth: {{issuer: https://issuer.acme.example, client_id: CLIENT_ID, scopes: [SCOPE_OF_THE_MAIL_SERVER]}}
   Then sign in:
{logins}"""


def registration(workspace: Workspace, provider: str) -> str:
    """Return the steps for ``microsoft``, ``google`` or ``oidc``."""
    accounts = _accounts(workspace) or ["noreply@acme.example"]
    switch = [f"     Set-CASMailbox -Identity {one} -SmtpClientAuthenticationDisabled $false" for one in accounts]
    scope = " -or ".join(f"PrimarySmtpAddress -eq '{one}'" for one in accounts)
    rights = [
        f'     New-ManagementScope -Name mailspec -RecipientRestrictionFilter "{scope}"',
        '     New-ManagementRoleAssignment -App CLIENT_ID -Role "Application SMTP.SendAsApp" '
        "-CustomResourceScope mailspec",
    ]
    logins = [f"     mailspec login {one}" for one in accounts]
    text = {"microsoft": _MICROSOFT, "google": _GOOGLE, "oidc": _OIDC}[provider]
    return text.format(switch="\n".join(switch), rights="\n".join(rights), logins="\n".join(logins))


def _accounts(workspace: Workspace) -> list[str]:
    """Return the user names of the accounts that sign in with a token, each once."""
    found: dict[str, None] = {}
    for kind, name in names(workspace.spec):
        if kind == "group":
            continue
        settings = effective(workspace.resolver, kind, name)
        username: Value | None = settings.value(Settings.auth.username)
        # Quoted by PowerShell's rules below, so nothing else than an address may stand there.
        if username is not None and signs_in_by_token(settings) and _plain(str(username.value)):
            found.setdefault(str(username.value))
    return list(found)


def _plain(address: str) -> bool:
    return all(char.isalnum() or char in "@._+-" for char in address)
