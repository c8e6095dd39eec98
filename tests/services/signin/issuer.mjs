// The authorization server of the tests: npm oidc-provider over HTTPS, below /tenant. Settings come as JSON in argv[2].
import fs from 'node:fs';
import https from 'node:https';
import { createRequire } from 'node:module';
import { pathToFileURL } from 'node:url';

const settings = JSON.parse(process.argv[2]);
const require = createRequire(pathToFileURL(`${settings.modules}/x.js`));
const { default: Provider } = await import(pathToFileURL(require.resolve('oidc-provider')));

const { issuer, users } = settings;
const prefix = new URL(issuer).pathname.replace(/\/$/, '');
const of = (client) => settings.of[client?.clientId] ?? {};

const provider = new Provider(issuer, {
  clients: settings.clients,
  jwks: settings.jwks,
  scopes: ['openid', 'profile', 'email', 'offline_access'],
  claims: { openid: ['sub'], email: ['email'], profile: ['name', 'preferred_username'] },
  cookies: { keys: ['test'] },
  ttl: {
    DeviceCode: (ctx, token, client) => of(client).device ?? 600,
    RefreshToken: 86400, Grant: 86400 * 14, Session: 86400, Interaction: 600, IdToken: 3600,
  },
  // A refresh token that comes a second time destroys the whole sign-in.
  rotateRefreshToken: true,
  // As Microsoft does, also without prompt=consent.
  issueRefreshToken: async (ctx, client) => client.grantTypeAllowed('refresh_token'),
  responseTypes: ['code'],
  pkce: { required: () => true },
  conformIdTokenClaims: false,
  features: {
    devInteractions: { enabled: true },
    deviceFlow: { enabled: true },
    clientCredentials: { enabled: true },
    revocation: { enabled: true, allowedPolicy: () => true },
    introspection: { enabled: true, allowedPolicy: () => true },
    userinfo: { enabled: true },
    resourceIndicators: {
      enabled: true,
      defaultResource: (ctx, client) => of(client).resource ?? 'urn:smtp',
      useGrantedResource: () => true,
      getResourceServerInfo: (ctx, resource, client) => ({
        scope: of(client).scope ?? 'SMTP.Send Mail.Send Mail.Send.Shared User.Read',
        audience: of(client).resource ?? 'urn:smtp',
        accessTokenFormat: of(client).jwt ? 'jwt' : 'opaque',
        accessTokenTTL: of(client).access ?? 3600,
        jwt: of(client).jwt ? { sign: { alg: 'RS256' } } : undefined,
      }),
    },
  },
  extraTokenClaims: (ctx, token) => ({ email: token.accountId ? users[token.accountId]?.email : of({ clientId: token.clientId }).mailbox }),
  formats: { customizers: { jwt(ctx, token, parts) { parts.header = { ...parts.header, typ: 'JWT' }; } } },
  findAccount: (ctx, id) => users[id] && ({
    accountId: id, claims: () => ({ sub: id, name: id, preferred_username: users[id].email, ...users[id] }),
  }),
});
provider.proxy = true;
// RFC 8628 section 3.2 has 5 seconds where an issuer says nothing; one is enough for a test.
provider.use(async (ctx, next) => {
  await next();
  if (ctx.oidc?.route === 'device_authorization' && ctx.body?.device_code) ctx.body = { ...ctx.body, interval: 1 };
});
let revoked = 0;
provider.on('grant.revoked', () => { revoked += 1; });
for (const name of ['server_error', 'grant.error', 'introspection.error', 'authorization.error']) {
  provider.on(name, (ctx, error) => console.log(name, error?.error ?? '', error?.error_description ?? '', error?.error_detail ?? ''));
}
const handle = provider.callback();
let faults = [];
let asked = 0;
const options = { key: fs.readFileSync(settings.chain), cert: fs.readFileSync(settings.chain) };
https.createServer(options, (req, res) => {
  if (req.url === '/__test') { // POST [[status, body, headers], ...]: the next answers of the token endpoint
    let body = '';
    req.on('data', (data) => { body += data; });
    req.on('end', () => { if (body) faults = JSON.parse(body); res.end(JSON.stringify({ asked, revoked })); });
    return;
  }
  if (req.method === 'POST' && req.url === `${prefix}/token`) {
    asked += 1;
    if (faults.length) {
      const [status, body, headers] = faults.shift();
      req.resume();
      res.writeHead(status, { 'content-type': 'application/json', ...headers });
      res.end(typeof body === 'string' ? body : JSON.stringify(body));
      return;
    }
  }
  if (!req.url.startsWith(prefix)) { res.statusCode = 404; res.end(); return; }
  req.originalUrl = req.url; // the provider builds addresses with the prefix
  req.url = req.url.slice(prefix.length) || '/';
  handle(req, res);
}).listen(settings.port, '127.0.0.1', () => console.log('ready'));
